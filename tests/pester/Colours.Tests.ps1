# Colours are PowerShell's own: on where $PSStyle says so, off where nobody would see them.
BeforeAll {
    Import-Module "$PSScriptRoot/Support/Shell.psm1"
    Import-Module "$PSScriptRoot/../../FlowModule.psd1"
    $before = $env:FLOW_HOME
    $env:FLOW_HOME = Join-Path ($before ?? $TestDrive) "$(New-Guid)"
    $InformationPreference = 'Ignore'
    $states = foreach ($number in 1, 2) { Start-Subflow { if ($number -eq 2) { throw 'x' } } -ErrorAction SilentlyContinue }
}

AfterAll { $env:FLOW_HOME = $before }

Describe '$PSStyle.OutputRendering' {
    AfterEach { $PSStyle.OutputRendering = 'Host' }

    It 'PlainText leaves no escape codes in any view' {
        $PSStyle.OutputRendering = 'PlainText'
        foreach ($object in $states + $states.Run + @(Get-FlowRun) + @(Get-FlowLog) + @(Get-FlowHistory) + (New-Flow coloured { }) + (New-FlowSchedule -Daily -At 03:00)) {
            ($object | Out-String) + ($object | Format-List | Out-String) | Should -Not -Match '\e'
        }
    }

    It 'Ansi colours states by how they ended' {
        $PSStyle.OutputRendering = 'Ansi'
        foreach ($kind in 'states', 'history') {
            $text = ($kind -eq 'states' ? $states : (Get-FlowRun)) | Out-String
            $text | Should -Match ([regex]::Escape("$($PSStyle.Foreground.Green)Completed$($PSStyle.Reset)"))
            $text | Should -Match ([regex]::Escape("$($PSStyle.Foreground.Red)Failed$($PSStyle.Reset)"))
        }
    }
}

Describe 'Output that goes to a file' {
    It 'has no escape codes under <Name>' -ForEach @(
        @{ Name = 'PlainText'; Set = '$PSStyle.OutputRendering = "PlainText"'; Environment = @{} }
        @{ Name = 'NO_COLOR'; Set = ''; Environment = @{ NO_COLOR = '1' } }
    ) {
        $run = Invoke-Shell "$Set; New-Flow filed { Write-Host 'red' -ForegroundColor Red; Write-Warning 'careful'; throw 'broken' } | Invoke-Flow" -Environment $Environment
        $run.Text | Should -Match 'careful'
        $run.Text | Should -Match 'filed +Failed'
        $run.Text + $run.Errors | Should -Not -Match '\e'
    }
}
