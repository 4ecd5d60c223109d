BeforeAll {
    Import-Module "$PSScriptRoot/../../FlowModule.psd1"
    $InformationPreference = 'Ignore'
    New-Flow greet {
        param([Parameter(Mandatory)] [string] $Person, [ValidateSet('Hello', 'Hi')] [string] $Greeting = 'Hello', [switch] $Loud)
        $text = "$Greeting $Person"
        $Loud ? $text.ToUpper() : $text
    } | Out-Null
}

AfterAll { Get-Flow | Remove-Flow }

Describe 'The parameters of a flow at the prompt' {
    It 'are parameters of Invoke-Flow' {
        Invoke-Flow greet -Person Ada -Greeting Hi -Loud | Receive-FlowResult | Should -BeExactly 'HI ADA'
    }

    It 'are given by position' {
        Invoke-Flow greet Ada Hi | Receive-FlowResult | Should -BeExactly 'Hi Ada'
    }

    It 'are given by splatting' {
        $values = @{ Person = 'Ada'; Loud = $true }
        Invoke-Flow greet @values | Receive-FlowResult | Should -BeExactly 'HELLO ADA'
    }

    It 'are given as a table' {
        Invoke-Flow greet -Parameters @{ Person = 'Ada' } | Receive-FlowResult | Should -BeExactly 'Hello Ada'
    }

    It 'are given by both' {
        Invoke-Flow greet -Parameters @{ Person = 'Ada' } -Loud | Receive-FlowResult | Should -BeExactly 'HELLO ADA'
    }

    It 'are those of a flow object and of a script block too' {
        Invoke-Flow (Get-Flow greet) -Person Ada | Receive-FlowResult | Should -BeExactly 'Hello Ada'
        Invoke-Flow { param($X) "x is $X" } -X 3 | Receive-FlowResult | Should -BeExactly 'x is 3'
    }

    It 'refuse a value that is not valid, before anything runs' {
        { Invoke-Flow greet -Person Ada -Greeting Bye } | Should -Throw -ErrorId 'ParameterArgumentValidationError,*'
        { Invoke-Flow greet -Parameters @{ Person = 'Ada'; Greeting = 'Bye' } } | Should -Throw -ErrorId 'FlowParameterInvalid,*'
    }

    It 'refuse an unknown name' {
        { Invoke-Flow greet -Person Ada -Nope 1 } | Should -Throw -ErrorId 'NamedParameterNotFound,*'
        { Invoke-Flow greet -Parameters @{ Person = 'Ada'; Nope = 1 } } | Should -Throw -ErrorId 'FlowParameterNotFound,*'
    }

    It 'name the flow that does not exist' {
        { Invoke-Flow nowhere } | Should -Throw "There is no flow named 'nowhere'*" -ErrorId 'FlowNotFound,*'
    }

    It 'fail a run whose mandatory value is missing from the pipeline input' {
        { Get-Flow greet | Invoke-Flow } | Should -Throw -ErrorId 'FlowParameterMissing,*'
    }
}

Describe 'The parameters of piped objects' {
    It 'come from properties, and a simple value goes to the first that needs one' {
        [pscustomobject]@{ Person = 'Ada'; Greeting = 'Hi' } | Start-Subflow greet | Receive-FlowResult | Should -BeExactly 'Hi Ada'
        'Grace' | Start-Subflow greet | Receive-FlowResult | Should -BeExactly 'Hello Grace'
    }

    It 'go whole to a parameter that takes pipeline input' {
        1..2 | Start-Subflow { param([Parameter(ValueFromPipeline)] $Number) process { "got $Number" } } -ErrorVariable errors |
            Receive-FlowResult | Should -Be 'got 1', 'got 2'
        $errors | Should -BeNullOrEmpty
    }

    It 'are mapped from lists, in order' {
        Start-Subflow greet -Map @{ Person = 'a', 'b', 'c'; Greeting = 'Hi' } -Parallel -KeepOrder | Receive-FlowResult |
            Should -Be 'Hi a', 'Hi b', 'Hi c'
    }

    It 'must be equally long in a map' {
        { Start-Subflow greet -Map @{ Person = 'a', 'b'; Greeting = 'Hi', 'Hi', 'Hi' } } |
            Should -Throw '*Greeting has 3, Person has 2*' -ErrorId 'FlowMapLengthMismatch,*'
    }
}

Describe '-WhatIf' {
    It 'defines, runs, starts and removes nothing' {
        $ran = [System.Collections.Generic.List[int]]::new()
        New-Flow whatif { $ran.Add(1) } -WhatIf
        Get-Flow whatif -ErrorAction SilentlyContinue | Should -BeNullOrEmpty
        (Invoke-Flow { $ran.Add(1) } -WhatIf).Count | Should -Be 1
        (1..2 | Start-Subflow { $ran.Add(1) } -Parallel -WhatIf).Runs.InputObject | Should -Be 1, 2
        Remove-Flow greet -WhatIf
        (Get-Flow greet).Name | Should -Be 'greet'
        $ran | Should -BeNullOrEmpty
    }

    It 'stops no run' {
        $state = Invoke-Flow { Stop-FlowRun -InputObject $FlowRun -WhatIf; 'went on' }
        $state.Result | Should -Be 'went on'
    }
}
