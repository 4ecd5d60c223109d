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

Describe 'The words of <_>' -ForEach ($topics + $commands) {
    BeforeAll {
        $page = Get-Content -Raw "$PSScriptRoot/../../docs/en-US/$_.md"
        $module = Get-Module FlowModule
        $named = [regex]::Matches($page, '\b[A-Z][a-z]+-[A-Z]\w+\b').Value | Sort-Object -Unique
    }

    It 'are commands that there are' {
        $named | Where-Object { $_ -match '-(Flow|Subflow)' } | Should -BeIn $module.ExportedCmdlets.Keys
    }

    It 'are parameters that there are' {
        # Those of the module, of every command that the page names, and of the programs pwsh and flow.
        $known = @('File', 'NoExit', 'NoProfile', 'NonInteractive', 'LogFormat', 'StackName')
        foreach ($command in @($module.ExportedCmdlets.Values) + @(Get-Command $named -ErrorAction Ignore)) {
            foreach ($parameter in $command.Parameters.Values) {
                $known += $parameter.Name
                $known += $parameter.Aliases
            }
        }

        $prose = $page -replace '(?s)```.*?```'
        @([regex]::Matches($prose, '(?<![\w-])-([A-Z][A-Za-z]+)\b').ForEach{ $_.Groups[1].Value } | Where-Object { $_ -notin $known }) | Should -BeNullOrEmpty
    }

    It 'are parameters of the commands in its code' {
        $wrong = foreach ($block in [regex]::Matches($page, '(?s)```powershell\r?\n(.*?)```')) {
            $ast = [System.Management.Automation.Language.Parser]::ParseInput($block.Groups[1].Value, [ref] $null, [ref] $null)
            foreach ($call in $ast.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
                $command = $call.GetCommandName() | Where-Object { $_ } | Get-Command -ErrorAction Ignore | Select-Object -First 1
                if ($command.CommandType -eq 'Alias') { $command = $command.ResolvedCommand }
                # Flows have parameters of their own.
                if ($command -isnot [System.Management.Automation.CmdletInfo] -or [System.Management.Automation.IDynamicParameters].IsAssignableFrom($command.ImplementingType)) { continue }
                foreach ($parameter in $call.CommandElements.Where{ $_ -is [System.Management.Automation.Language.CommandParameterAst] }) {
                    try { $null = $command.ResolveParameter($parameter.ParameterName) } catch { "$($command.Name) -$($parameter.ParameterName)" }
                }
            }
        }

        $wrong | Should -BeNullOrEmpty
    }
}
