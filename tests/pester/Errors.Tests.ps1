BeforeAll {
    Import-Module "$PSScriptRoot/../../FlowModule.psd1"
    $InformationPreference = 'Ignore'
}

AfterAll { Get-Flow | Remove-Flow }

Describe 'A failed run' {
    It 'leaves $? false and one error' {
        $Error.Clear()
        $state = Invoke-Flow { throw 'broken' } 2>$null
        $? | Should -BeFalse
        $state.Name | Should -Be 'Failed'
        $Error | Should -HaveCount 1
        "$($Error[0])" | Should -Be 'broken'
    }

    It 'leaves $? true when it completes' {
        $null = Invoke-Flow { 1 }
        $? | Should -BeTrue
    }

    It 'is caught with -ErrorAction Stop, with the run and the line on it' {
        try {
            Invoke-Flow {
                throw 'broken'
            } -ErrorAction Stop
            $caught = $null
        }
        catch {
            $caught = $_
        }

        "$caught" | Should -Be 'broken'
        $caught.Exception.FlowRun.State.Name | Should -Be 'Failed'
        $caught.Exception.FlowName | Should -Be 'scriptblock'
        $caught.InvocationInfo.Line | Should -Match "throw 'broken'"
        $caught.InvocationInfo.ScriptName | Should -Match 'Errors\.Tests\.ps1$'
    }

    It 'is collected by -ErrorVariable, with its input' {
        $null = 1..3 | Start-Subflow { if ($_ -eq 2) { throw 'broken' } } -Parallel -ErrorAction SilentlyContinue -ErrorVariable failures
        $failures | Should -HaveCount 1
        $failures[0].FlowInput | Should -Be 2
    }

    It 'goes to the error stream' {
        $errors = @(Invoke-Flow { Write-Error 'one'; throw 'two' } 2>&1 | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] })
        "$errors" | Should -Be 'one two'
    }

    It 'throws from Receive-FlowResult at the line of the body' {
        $state = Invoke-Flow { throw 'broken' } 2>$null
        try {
            $state | Receive-FlowResult
            $caught = $null
        }
        catch {
            $caught = $_
        }

        "$caught" | Should -Be 'broken'
        $caught.InvocationInfo.Line | Should -Match "throw 'broken'"
    }

    It 'keeps the id and category of the original error' {
        $null = Invoke-Flow { Get-Item /no/such/file -ErrorAction Stop } -ErrorVariable failures 2>$null
        $failures[-1].FullyQualifiedErrorId | Should -Match '^PathNotFound'
        $failures[-1].CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'ends at an error that ends a statement, as inside try' {
        $state = Invoke-Flow { [int] 'seven'; 'not reached' } 2>$null
        $state.Name | Should -Be 'Failed'
        $state.Result | Should -BeNullOrEmpty
    }

    It 'counts the errors that end nothing' {
        $state = Invoke-Flow { Write-Error 'one'; Write-Error 'two'; 'done' } 2>$null
        $state.Name | Should -Be 'Completed'
        $state.Run.ErrorCount | Should -Be 2
    }

    It 'keeps what was output before exit 0' {
        (Invoke-Flow { 'data'; exit 0 }).Result | Should -Be 'data'
    }

    It 'says who asks for an unknown $using: variable' {
        { 1 | Start-Subflow { $using:noSuchVariable } -Parallel } | Should -Throw '*$using:noSuchVariable*' -ErrorId 'UsingVariableNotFound,*'
    }
}
