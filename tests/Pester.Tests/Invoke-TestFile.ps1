# Runs files of Pester tests, one after another, in the pwsh that the adapter has started, and tells it of each test as a line of JSON.
# A file is a call of its own: when this process dies, the adapter knows what ran, and has what ended before.
# What is set here would be seen by the tests. So nothing is, but for the parameter.
param([Parameter(Mandatory)] [string] $RequestPath)

# One word of a name: "<_>", "<Name>", "<Name.Length>". Pester puts the values in when it runs a test, and discovery is to say the same.
function Expand-TestName($Name, $Block, $Data) {
    $sources = [System.Collections.Generic.List[object]]::new()
    $sources.Add($Data)
    for (; $Block; $Block = $Block.Parent) { $sources.Add($Block.Data) }
    [regex]::Replace($Name, '(?<!`)<([^<>]+)>', {
            param($match)
            $first, $rest = $match.Groups[1].Value -split '\.'
            foreach ($source in $sources) {
                if ($null -eq $source) { continue }
                if ($source -is [System.Collections.IDictionary] -and $source.Contains($first)) { $value = $source[$first] }
                elseif ($first -eq '_') { $value = $source }
                else { continue }
                foreach ($member in $rest) { $value = $value.$member }
                return "$value"
            }

            $match.Value
        })
}

function Get-TestPath($Test) {
    if ($Test.ExpandedPath -and $Test.Executed) { return $Test.ExpandedPath }
    $names = [System.Collections.Generic.List[string]]::new()
    $names.Insert(0, (Expand-TestName $Test.Name $Test.Block $Test.Data))
    for ($block = $Test.Block; $block -and -not $block.IsRoot; $block = $block.Parent) { $names.Insert(0, (Expand-TestName $block.Name $block.Parent $block.Data)) }
    $names -join '.'
}

# A test of a block whose BeforeAll failed has no error of its own.
function Get-TestError($Test) {
    if ($Test.ErrorRecord) { return $Test.ErrorRecord }
    for ($block = $Test.Block; $block; $block = $block.Parent) { if ($block.ErrorRecord) { return $block.ErrorRecord } }
}

function Send-Test($Writer, $File, $Name, $Line, $Tags, $Result, $Duration, $Errors) {
    $message = [ordered]@{
        Kind = 'Test'; File = $File; Name = $Name; Line = $Line; Tags = @($Tags); Result = "$Result"; Milliseconds = $Duration.TotalMilliseconds
        Message = @($Errors | Where-Object { $_ } | ForEach-Object { $_.DisplayErrorMessage ? $_.DisplayErrorMessage : "$_" }) -join "`n"
        StackTrace = @($Errors | Where-Object { $_ } | ForEach-Object { $_.DisplayStackTrace ? $_.DisplayStackTrace : $_.ScriptStackTrace }) -join "`n"
    }
    $Writer.WriteLine(($message | ConvertTo-Json -Compress))
}

function Invoke-TestFile($Writer, $File, $Lines, [switch] $DiscoverOnly) {
    $Writer.WriteLine((@{ Kind = 'File'; File = $File } | ConvertTo-Json -Compress))
    $configuration = New-PesterConfiguration
    $configuration.Run.Path = $File
    $configuration.Run.PassThru = $true
    $configuration.Run.SkipRun = [bool] $DiscoverOnly
    $configuration.Output.Verbosity = 'None'
    if ($Lines) { $configuration.Filter.Line = @($Lines | ForEach-Object { "${File}:$_" }) }
    $result = Invoke-Pester -Configuration $configuration

    $failures = 0
    $explained = [System.Collections.Generic.HashSet[object]]::new()
    foreach ($test in $result.Tests) {
        if (-not $DiscoverOnly -and $test.Result -eq 'NotRun') { continue }
        $tags = @($test.Tag; for ($block = $test.Block; $block; $block = $block.Parent) { $block.Tag }).Where{ $_ } | Select-Object -Unique
        $errors = $test.Result -eq 'Passed' ? $null : (Get-TestError $test)
        if ($test.Result -eq 'Failed') { $failures++ }
        if (-not $test.ErrorRecord) { foreach ($cause in $errors) { $null = $explained.Add($cause) } }
        Send-Test $Writer $File (Get-TestPath $test) $test.StartLine $tags $test.Result $test.Duration $errors
    }

    # What failed beside the tests: AfterAll, a file that cannot be read, one with no tests in it.
    foreach ($block in $result.FailedBlocks) {
        if (@($block.ErrorRecord).Where{ $_ -and -not $explained.Contains($_) }) {
            $failures++
            Send-Test $Writer $File "$($block.IsRoot ? '' : "$($block.ExpandedPath).")(outside of its tests)" ($block.StartLine ?? 1) @() Failed ([timespan]::Zero) $block.ErrorRecord
        }
    }

    $causes = if ($result.Containers.Result -contains 'Failed' -and -not $failures) { $result.Containers.ErrorRecord }
    elseif (-not $result.Tests) { 'There is no test in this file.' }
    if ($causes -or ($result.Result -eq 'Failed' -and -not $failures)) {
        Send-Test $Writer $File '(the file)' 1 @() Failed ([timespan]::Zero) ($causes ?? 'Pester says that the file has failed, and not why.')
    }
}

function Invoke-TestRequest($Path) {
    $request = Get-Content -LiteralPath $Path -Raw | ConvertFrom-Json
    Import-Module $request.Pester -Global -ErrorAction Stop
    $pipe = [System.IO.Pipes.NamedPipeClientStream]::new('.', $request.Pipe, [System.IO.Pipes.PipeDirection]::Out)
    $pipe.Connect(30000)
    $writer = [System.IO.StreamWriter]::new($pipe)
    $writer.AutoFlush = $true
    foreach ($file in $request.Files) { Invoke-TestFile $writer $file.Path $file.Lines -DiscoverOnly:$request.DiscoverOnly }
    $writer.WriteLine('{"Kind":"End"}')
    $writer.Dispose()
}

Invoke-TestRequest $RequestPath
exit 0
