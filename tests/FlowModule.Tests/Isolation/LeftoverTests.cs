using FlowModule.Tests.Support;

namespace FlowModule.Tests.Isolation;

/// <summary>A subflow sees nothing that an earlier subflow left behind on the same worker.</summary>
public sealed class LeftoverTests : FlowTest
{
    /// <summary>The body looks for something and then leaves it behind: every run on the one worker must see the same.</summary>
    [Theory]
    [InlineData("local variable", "\"$left\"", "$left = 1")]
    [InlineData("script variable", "\"$script:left\"", "$script:left = 1")]
    [InlineData("global variable", "\"$global:left\"", "$global:left = 1")]
    [InlineData("global variable of a common name", "\"$global:loop\"", "$global:loop = 1")]
    [InlineData("global variable that a function sets", "\"$global:left\"", "function Set-It { $global:left = 1 }; Set-It")]
    [InlineData("changed global variable", "\"$global:known\"", "$global:known = 'changed'")]
    [InlineData("changed global array", "\"$global:MaximumHistoryCount\"", "$global:MaximumHistoryCount = 77")]
    [InlineData("removed global variable", "\"$global:MaximumHistoryCount\"", "Remove-Item Variable:\\MaximumHistoryCount -Force")]
    [InlineData("read-only global variable", "\"$global:left\"", "Set-Variable left 1 -Option ReadOnly -Scope global")]
    [InlineData("constant global variable", "\"$global:left\"", "$ExecutionContext.SessionState.PSVariable.Set([psvariable]::new('global:left', 1, 'Constant'))")]
    [InlineData("all-scope variable", "\"$global:left\"", "Set-Variable left 1 -Option AllScope -Scope global")]
    [InlineData("known variable made constant", "\"$global:MaximumHistoryCount\"", "$global:MaximumHistoryCount = 5; (Get-Command prompt) | Out-Null; $v = $ExecutionContext.SessionState.PSVariable.Get('global:MaximumHistoryCount'); $v.Options = 'ReadOnly'")]
    [InlineData("variable set by name", "\"$left\"", "Set-Variable left 1 -Scope global")]
    [InlineData("variable set through the session", "\"$global:left\"", "$ExecutionContext.SessionState.PSVariable.Set('global:left', 1)")]
    [InlineData("out variable", "\"$global:left\"", "Write-Output 1 -OutVariable global:left | Out-Null")]
    [InlineData("function", "\"$(Test-It)\"", "function Test-It { 'left' }")]
    [InlineData("global function", "\"$(Test-It)\"", "function global:Test-It { 'left' }")]
    [InlineData("function through its drive", "\"$(Test-It)\"", "${function:global:Test-It} = { 'left' }")]
    [InlineData("dot-sourced function", "\"$(Test-It)\"", ". { function global:Test-It { 'left' } }")]
    [InlineData("changed built-in function", "\"$((Get-Command prompt).Definition)\"", "function global:prompt { 'left' }")]
    [InlineData("removed built-in function", "\"$(Get-Command prompt -ErrorAction Ignore)\"", "Remove-Item Function:\\prompt")]
    [InlineData("alias", "\"$(Get-Command left -ErrorAction Ignore)\"", "Set-Alias left Test-It -Scope global")]
    [InlineData("local alias", "\"$(Get-Command left -ErrorAction Ignore)\"", "Set-Alias left Test-It")]
    [InlineData("changed built-in alias", "\"$((Get-Command '%').Definition)\"", "Set-Alias % Test-It -Scope global -Option AllScope -Force")]
    [InlineData("removed built-in alias", "\"$((Get-Command '%' -ErrorAction Ignore).Definition)\"", "Remove-Item Alias:\\% -Force")]
    [InlineData("location", "\"$PWD\"", "Set-Location /")]
    [InlineData("location through the session", "\"$(Get-Location)\"", "$null = $ExecutionContext.SessionState.Path.SetLocation('/')")]
    [InlineData("pushed locations", "\"$($ExecutionContext.SessionState.Path.LocationStack('default').Count)\"", "Push-Location /; Push-Location /tmp")]
    [InlineData("preference", "\"$WarningPreference\"", "$WarningPreference = 'Stop'")]
    [InlineData("global preference", "\"$WarningPreference\"", "$global:WarningPreference = 'Stop'")]
    [InlineData("error preference", "\"$ErrorActionPreference\"", "$global:ErrorActionPreference = 'Stop'")]
    [InlineData("errors", "\"$($Error.Count)\"", "try { 1 / 0 } catch { }; Get-Command nosuch -ErrorAction SilentlyContinue")]
    [InlineData("errors after a clearance", "\"$($Error.Count)\"", "try { 1 / 0 } catch { }; $global:Error.Clear(); try { 1 / 0 } catch { }")]
    [InlineData("exit code", "\"$LASTEXITCODE\"", "$global:LASTEXITCODE = 5")]
    [InlineData("exit code of a program", "\"$LASTEXITCODE\"", "/bin/sh -c 'exit 3'")]
    [InlineData("strict mode", "$(try { $undefined; 'loose' } catch { 'strict' })", "Set-StrictMode -Version Latest")]
    [InlineData("default parameter values", "\"$($PSDefaultParameterValues.Count)\"", "$PSDefaultParameterValues['x:y'] = 1")]
    [InlineData("global default parameter values", "\"$($PSDefaultParameterValues.Count)\"", "$global:PSDefaultParameterValues = @{ 'x:y' = 1 }")]
    [InlineData("changed global default parameter values", "\"$($PSDefaultParameterValues.Count)\"", "$global:PSDefaultParameterValues['x:y'] = 1")]
    [InlineData("drive", "\"$($ExecutionContext.SessionState.Drive.GetAll() | Where-Object Name -eq left)\"", "New-PSDrive left FileSystem / -Scope global | Out-Null")]
    [InlineData("local drive", "\"$($ExecutionContext.SessionState.Drive.GetAll() | Where-Object Name -eq left)\"", "New-PSDrive left FileSystem / | Out-Null")]
    [InlineData("location on a new drive", "\"$PWD\"", "New-PSDrive left FileSystem / -Scope global | Out-Null; Set-Location left:\\")]
    [InlineData("flow", "\"$(Get-Flow left*)\"", "$null = New-Flow left { 1 }")]
    [InlineData("output field separator", "\"$(1, 2)\"", "$OFS = '+'")]
    [InlineData("global output field separator", "\"$(1, 2)\"", "$global:OFS = '+'")]
    [InlineData("language mode", "\"$($ExecutionContext.SessionState.LanguageMode)\"", "$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'")]
    [InlineData("matches", "\"$Matches\"", "$null = 'a' -match 'a'")]
    [InlineData("trap and exit", "\"$global:left\"", "$global:left = 1; exit 0")]
    [InlineData("function of a dynamic module", "\"$(Get-Command Test-Left -ErrorAction Ignore)\"", "$null = New-Module left { function Test-Left { 'left' } } | Import-Module -Global")]
    [InlineData("verbose trace", "\"$VerbosePreference\"", "Set-Variable VerbosePreference Continue -Scope global")]
    [InlineData("event subscribers", "\"$($ExecutionContext.Events.Subscribers.Count)\"", "$null = $ExecutionContext.Events.SubscribeEvent($null, 'e', 'left', $null, { }, $true, $false)")]
    [InlineData("culture", "\"$([cultureinfo]::CurrentCulture.Name)\"", "[cultureinfo]::CurrentCulture = 'fr-FR'")]
    [InlineData("culture of messages", "\"$([cultureinfo]::CurrentUICulture.Name)\"", "[Threading.Thread]::CurrentThread.CurrentUICulture = 'fr-FR'")]
    [InlineData("thread priority", "\"$([Threading.Thread]::CurrentThread.Priority)\"", "[Threading.Thread]::CurrentThread.Priority = 'Lowest'")]
    [InlineData("events", "\"$(Get-Event)\"", "$null = New-Event left")]
    [InlineData("strict mode of the debugger", "$(try { $undefined; 'loose' } catch { 'strict' })", "Set-PSDebug -Strict")]
    [InlineData("tracing", "'traced'", "Set-PSDebug -Trace 0; Set-PSDebug -Strict; $ExecutionContext.SessionState.PSVariable.Set('left', 1)")]
    [InlineData("seed of random numbers", "$(if ((Get-Random) -eq $first) { 'seeded' } else { 'random' })", "$null = Get-Random -SetSeed 42")]
    [InlineData("seed by an abbreviated name", "$(if ((Get-Random) -eq $first) { 'seeded' } else { 'random' })", "$null = Random -Set 42")]
    [InlineData("seed by splatting", "$(if ((Get-Random) -eq $first) { 'seeded' } else { 'random' })", "$p = @{ SetSeed = 42 }; $null = Get-Random @p")]
    [InlineData("seed in a function", "$(if ((Get-Random) -eq $first) { 'seeded' } else { 'random' })", "Set-Seed")]
    [InlineData("job", "\"$(Get-Job)\"", "$null = 1 | ForEach-Object -Parallel { } -AsJob")]
    [InlineData("job of a flow", "\"$(Get-Job)\"", "$null = Start-Subflow { } -AsJob")]
    [InlineData("breakpoint", "\"$(Get-PSBreakpoint)\"", "$null = Set-PSBreakpoint -Variable nosuch")]
    [InlineData("stack of locations", "$(try { \"$(Get-Location -StackName left -ErrorAction Stop)\" } catch { 'none' })", "Push-Location / -StackName left")]
    [InlineData("type data", "\"$((1).Left)\"", "Update-TypeData -TypeName int -MemberName Left -MemberType NoteProperty -Value 1")]
    [InlineData("hook of the session", "\"$($null -ne $ExecutionContext.InvokeCommand.CommandNotFoundAction)\"", "$ExecutionContext.InvokeCommand.CommandNotFoundAction = { }")]
    public void What_a_run_leaves_behind_is_not_seen_by_the_next(string what, string look, string leave)
    {
        Assert.NotEmpty(what);
        var seen = new List<string>();
        Session.Set("seen", seen);
        Values($$"""
            function Test-It { 'none' }
            function Set-Seed { $null = Get-Random -SetSeed 42 }
            $null = Get-Random -SetSeed 42
            $first = Get-Random
            $global:known = 'original'
            1..3 | Start-Subflow { $seen.Add({{look}}); {{leave}} } -Parallel -ThrottleLimit 1 | Out-Null
            """);
        Assert.Equal(3, seen.Count);
        Assert.Single(seen.Distinct());
    }

    [Fact]
    public void A_transcript_ends_with_its_run()
    {
        string file = Path.Combine(Folder.FullPath, "transcript.txt");
        Session.Set("file", file);
        Values("""
            1, 2 | Start-Subflow { if ($_ -eq 1) { $null = Start-Transcript $file; 'line of run 1' | Out-Default } else { 'line of run 2' | Out-Default } } -Parallel -ThrottleLimit 1 | Out-Null
            """);
        string text = File.ReadAllText(file);
        Assert.Contains("line of run 1", text, StringComparison.Ordinal);
        Assert.DoesNotContain("line of run 2", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_that_a_body_gives_away_goes_on()
    {
        using var gate = new Gate();
        Session.Set("gate", gate);
        using var script = new RunningScript(Session, """
            $job = Start-Subflow { Start-Subflow { $gate.ArriveAndWait(); 'done' } -AsJob } -Parallel -ThrottleLimit 1 | Receive-FlowResult
            $null = Start-Subflow { Get-Job } -Parallel -ThrottleLimit 1
            ($job | Receive-Job -Wait).Result
            """);

        // The run that started the job ends only after it.
        gate.WaitForArrivals();
        gate.Open();
        script.WaitForEnd();

        Assert.Equal(["done"], script.Output);
    }

    [Fact]
    public void Environment_variables_are_the_processs_and_stay() =>
        Assert.Equal(["", "1", "1"], Values("""
            1, 2 | Start-Subflow { "$env:FLOWMODULE_TEST_STAYS"; $env:FLOWMODULE_TEST_STAYS = 1 } -Parallel -ThrottleLimit 1 | Receive-FlowResult
            $env:FLOWMODULE_TEST_STAYS; $env:FLOWMODULE_TEST_STAYS = $null
            """));

    [Fact]
    public void What_a_failed_run_leaves_behind_is_not_seen_by_the_next() =>
        Assert.Equal([null, null], Run("""
            1, 2 | Start-Subflow { $seen.Add("$global:left"); $global:left = 1; throw 'x' } -Parallel -ThrottleLimit 1
            """.Insert(0, "$seen = [System.Collections.Generic.List[string]]::new(); ") + "; $seen").Output.OfType<string>().Select(text => text.Length == 0 ? null : text));

    [Fact]
    public void What_a_stopped_run_leaves_behind_is_not_seen_by_the_next()
    {
        using var entered = new ManualResetEventSlim();
        Session.Set("entered", entered);
        Assert.Equal(["", "/tmp"], Values("""
            Set-Location /tmp
            New-Flow f { $global:left = 1; Set-Location /; $entered.Set(); Stop-FlowRun -InputObject $FlowRun; Start-Sleep 600 } | Start-Subflow -Parallel -ThrottleLimit 1 -ErrorAction SilentlyContinue | Out-Null
            $null = $entered.Wait(600000)
            { "$global:left"; "$PWD" } | Start-Subflow -Parallel -ThrottleLimit 1 | Receive-FlowResult
            """));
    }

    [Fact]
    public void Nothing_of_a_subflow_comes_back_to_the_caller() =>
        Assert.Equal(["original", "none", "/tmp", "Continue", "0"], Values("""
            function Test-It { 'none' }
            $global:known = 'original'; Set-Location /tmp; $Error.Clear()
            { $global:known = 'changed'; function global:Test-It { 'left' }; Set-Location /; $global:WarningPreference = 'Stop'; try { 1 / 0 } catch { } } | Start-Subflow -Parallel | Out-Null
            $known; Test-It; "$PWD"; "$WarningPreference"; "$($Error.Count)"
            """));

    [Fact]
    public void Two_flows_on_one_worker_see_their_own_callers_things() =>
        Assert.Equal(["a 1", "b 2", "a 1"], Values("""
            function Start-A { function Get-It { 'a' }; $n = 1; { "$(Get-It) $n" } | Start-Subflow -Parallel -ThrottleLimit 1 }
            function Start-B { function Get-It { 'b' }; $n = 2; { "$(Get-It) $n" } | Start-Subflow -Parallel -ThrottleLimit 1 }
            Start-A | Receive-FlowResult; Start-B | Receive-FlowResult; Start-A | Receive-FlowResult
            """));

    [Fact]
    public void A_function_of_an_earlier_call_is_gone_for_a_later_one_that_does_not_use_it() =>
        Assert.Equal(["it", ""], Values("""
            function Get-It { 'it' }
            { Get-It } | Start-Subflow -Parallel -ThrottleLimit 1 | Receive-FlowResult
            $name = 'Get-It'
            { "$(Get-Command $name -ErrorAction Ignore)" } | Start-Subflow -Parallel -ThrottleLimit 1 | Receive-FlowResult
            """));
}
