BeforeDiscovery {
    $module = Import-Module "$PSScriptRoot/../../FlowModule.psd1" -PassThru
    $commands = $module.ExportedCmdlets.Keys
    $topics = (Get-ChildItem "$PSScriptRoot/../../docs/en-US/about_*.md").BaseName
}

Describe 'Get-Help <_>' -ForEach $commands {
    BeforeAll {
        $command = $_
        $help = Get-Help $command -Full
    }

    It 'has a synopsis, a description and examples' {
        $help.Synopsis | Should -Match '^[A-Z].*\.$'
        $help.description | Out-String | Should -Match '\S'
        @($help.examples.example).Count | Should -BeGreaterThan 0
        $help.examples.example[0].code | Should -Match '\S'
    }

    It 'describes every parameter' {
        $common = [System.Management.Automation.Cmdlet]::CommonParameters
        $described = (Get-Help $command -Parameter *).Where{ "$($_.description.Text)" -match '\S' }.name
        (Get-Command $command).Parameters.Keys | Where-Object { $_ -notin $common } | Should -BeIn $described
    }
}

Describe 'Get-Help <_>' -ForEach $topics {
    It 'is found' {
        $help = Get-Help $_
        "$help" | Should -Match "TOPIC\s+$_"
        "$help" | Should -Match 'LONG DESCRIPTION'
    }
}
