# Two copies of the module in one session: a clone beside an installed one, or a version and the one before it after an upgrade.
BeforeAll {
    Import-Module "$PSScriptRoot/Support/Shell.psm1"
    $root = Convert-Path "$PSScriptRoot/../.."
    $before = $env:FLOW_HOME
    $env:FLOW_HOME = Join-Path ($before ?? $TestDrive) "$(New-Guid)"

    function Copy-Module([string] $Name) {
        $folder = Join-Path $TestDrive $Name
        $null = New-Item -ItemType Directory $folder
        Copy-Item "$root/FlowModule.psd1", "$root/FlowModule.*.ps1xml", "$root/bin" $folder -Recurse
        Join-Path $folder 'FlowModule.psd1'
    }

    function Set-Version([string] $Manifest, [version] $Version) {
        # The version of an assembly is in one row of its metadata: behind its hash algorithm, four numbers of two bytes. The id of its build
        # is another then: of the same build the runtime takes what it has.
        (Get-Content $Manifest -Raw) -replace "(ModuleVersion\s*=\s*)'[^']+'", "`$1'$Version'" | Set-Content $Manifest
        foreach ($path in Get-ChildItem (Join-Path (Split-Path $Manifest) 'bin/FlowModule*.dll')) {
            $bytes = [System.IO.File]::ReadAllBytes($path)
            $image = [System.Reflection.PortableExecutable.PEReader]::new([System.IO.MemoryStream]::new($bytes))
            $metadata = [System.Reflection.Metadata.PEReaderExtensions]::GetMetadataReader($image)
            $row = [System.Reflection.Metadata.Ecma335.MetadataReaderExtensions]::GetTableMetadataOffset($metadata, [System.Reflection.Metadata.Ecma335.TableIndex]::Assembly)
            $place = $image.PEHeaders.MetadataStartOffset + $row + 4
            $build = $image.PEHeaders.MetadataStartOffset + [System.Reflection.Metadata.Ecma335.MetadataReaderExtensions]::GetHeapMetadataOffset($metadata, [System.Reflection.Metadata.Ecma335.HeapIndex]::Guid)
            $image.Dispose()
            [guid]::NewGuid().ToByteArray().CopyTo($bytes, $build)
            [BitConverter]::GetBytes([uint16] $Version.Major).CopyTo($bytes, $place)
            [BitConverter]::GetBytes([uint16] $Version.Minor).CopyTo($bytes, $place + 2)
            [System.IO.File]::WriteAllBytes($path, $bytes)
        }
    }

    $one = Copy-Module one
    $two = Copy-Module two
    $newer = Copy-Module newer
    Set-Version $newer 9.9
}

AfterAll { $env:FLOW_HOME = $before }

Describe 'A second copy of the module' {
    It 'is imported in silence, and its commands work: the assembly that is loaded serves both' {
        $run = Invoke-Shell -NoImport "Import-Module '$one'; Import-Module '$two'; `$InformationPreference = 'Ignore'
            `$Error.Count; (Get-Module FlowModule).Count; (Invoke-Flow { 5 }).Result
            (1..2 | Start-Subflow { `$_ } -Parallel | Receive-FlowResult | Sort-Object) -join ','
            [FlowModule.Flow].Assembly.Location"
        $run.Errors | Should -BeNullOrEmpty
        $run.Output | Should -Be '0', '2', '5', '1,2', (Join-Path (Split-Path $one) 'bin' 'FlowModule.dll')
    }

    It 'shows runs of the history with their hidden properties, once' {
        $run = Invoke-Shell -NoImport "Import-Module '$one'; `$InformationPreference = 'Ignore'; `$null = Invoke-Flow { 6 }
            (Get-FlowRun -Last 1).Result; Import-Module '$two'; (Get-FlowRun -Last 1).Result
            @(Get-FlowRun -Last 1 | Get-Member Result).Count; @(Get-FlowRun -Last 1 | Get-Member Result -Force).Count; `$Error.Count"
        $run.Errors | Should -BeNullOrEmpty
        $run.Output | Should -Be '6', '6', '0', '1', '0'
    }

    It 'takes the place of one that was removed' {
        $run = Invoke-Shell -NoImport "Import-Module '$one'; `$InformationPreference = 'Ignore'; `$null = Invoke-Flow { 7 }; `$null = Get-FlowRun -Last 1
            Remove-Module FlowModule; Import-Module '$two'; (Get-FlowRun -Last 1).Result; Get-Module FlowModule | ForEach-Object ModuleBase
            Get-Module | Remove-Module; Import-Module '$one'; (Get-FlowRun -Last 1).Result; `$Error.Count"
        $run.Errors | Should -BeNullOrEmpty
        $run.Output | Should -Be '7', (Split-Path $two), '7', '0'
    }

    It 'of another version is refused with a reason, and the first goes on' {
        $run = Invoke-Shell -NoImport "Import-Module '$one'; try { Import-Module '$newer' -ErrorAction Stop } catch { `$_.Exception.Message }
            (Get-Module FlowModule).Count; (Invoke-Flow { 8 } -InformationAction Ignore).Result"
        $run.Errors | Should -BeNullOrEmpty

        # .NET has two reasons for it, and which one it says is not always the same.
        $run.Output[0] | Should -Match "'FlowModule, Version=9\.9\..*Assembly with same name is already loaded|newer.bin.FlowModule\.dll'.*manifest definition does not match"
        $run.Output[1..2] | Should -Be '1', '8'
    }

    It 'of another version works in a session of its own' {
        $run = Invoke-Shell -NoImport "Import-Module '$newer'; [FlowModule.Flow].Assembly.GetName().Version.Major"
        $run.Errors | Should -BeNullOrEmpty
        $run.Output | Should -Contain '9'
    }
}

Describe 'The hidden properties of runs of the history' {
    It 'cost an import nothing: they come with the first run' {
        $run = Invoke-Shell "@(Get-Module FlowModule.Records).Count; `$null = Get-FlowRun -Last 1; @(Get-Module FlowModule.Records).Count"
        $run.Errors | Should -BeNullOrEmpty
        $run.Output | Should -Be '0', '1'
    }
}
