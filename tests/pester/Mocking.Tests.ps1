BeforeAll {
    Import-Module "$PSScriptRoot/../../FlowModule.psd1"
    $InformationPreference = 'Ignore'
    function Get-Price($Item) { throw "no price of $Item without a network" }
    New-Flow shop { param($Item) "$Item costs $(Get-Price $Item)" } | Out-Null
}

AfterAll { Get-Flow | Remove-Flow }

Describe 'A mock' {
    BeforeEach {
        Mock Get-Price { 5 }
    }

    It 'applies in the body of Invoke-Flow' {
        Invoke-Flow shop -Item lamp | Receive-FlowResult | Should -Be 'lamp costs 5'
        Should -Invoke Get-Price -Times 1 -Exactly -ParameterFilter { $Item -eq 'lamp' }
    }

    It 'applies in subflows that run one after another' {
        'lamp', 'desk' | Start-Subflow shop | Receive-FlowResult | Should -Be 'lamp costs 5', 'desk costs 5'
        Should -Invoke Get-Price -Times 2 -Exactly
    }
}

Describe 'Classes and variables of the session' {
    It 'are those of a function in the body of Invoke-Flow' {
        $count = 0
        $script:total = 0
        $null = Invoke-Flow { $count++; $script:total = 5 }
        $count | Should -Be 0
        $script:total | Should -Be 5
    }

    It 'go along into a worker, and assignments stay there' {
        $count = 1
        1..3 | Start-Subflow { $count++; $count } -Parallel | Receive-FlowResult | Should -Be 2, 2, 2
        $count | Should -Be 1
    }
}
