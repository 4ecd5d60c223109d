using FlowModule.Tests.Support;

namespace FlowModule.Tests.Tasks;

/// <summary>Handles in place of results, and tasks that wait for others.</summary>
public sealed class DependencyTests : FlowTest
{
    [Theory]
    [InlineData("Start-FlowTask use { param($x) \"$x\" } -Parameters @{ x = $one } | Receive-FlowTask", "1")]
    [InlineData("Invoke-FlowTask use { param($x) \"$x\" } -Parameters @{ x = $one }", "1")]
    [InlineData("1 | Invoke-FlowTask use { param($y, $x) \"$x\" } -Parameters @{ x = $one } -Parallel", "1")]
    [InlineData("Invoke-FlowTask use { param($x) \"$($x[0]) $($x[1]) $($x.Count)\" } -Parameters @{ x = $one, 2, $one }", "1 2 3")]
    [InlineData("Invoke-FlowTask use { param($x) \"$($x.a) $($x.b.c)\" } -Parameters @{ x = @{ a = $one; b = @{ c = $one } } }", "1 1")]
    [InlineData("Invoke-FlowTask use { param($x) \"$($x.a)\" } -Parameters @{ x = [pscustomobject]@{ a = $one } }", "1")]
    [InlineData("Invoke-FlowTask use { param($x) \"$($x.Count) $($x[2])\" } -Parameters @{ x = $many }", "3 3")]
    [InlineData("Invoke-FlowTask use { param([int[]] $x) \"$($x.Count) $($x[2])\" } -Parameters @{ x = $many }", "3 3")]
    [InlineData("Invoke-FlowTask use { param($x) \"$($null -eq $x)\" } -Parameters @{ x = $nothing }", "True")]
    [InlineData("Invoke-FlowTask use { param($x) \"$($x.Count) $($null -eq $x[0])\" } -Parameters @{ x = $nothing, 2 }", "2 True")]
    [InlineData("$one | Invoke-FlowTask use { \"$_\" }", "1")]
    [InlineData("$one | Start-FlowTask use { param([int] $x) \"$x\" } | Receive-FlowTask", "1")]
    [InlineData("(Invoke-FlowTask use { } -Parameters @{ } -DependsOn $one, $many -ReturnState).Name", "Completed")]
    public void A_handle_stands_for_its_result(string use, string expected)
    {
        foreach (string way in new[] { "Invoke-Flow", "Start-Subflow -Parallel" })
        {
            Assert.Equal(expected, Value($$"""
                { $one = Start-FlowTask one { 1 }; $many = Start-FlowTask many { 1; 2; 3 }; $nothing = Start-FlowTask nothing { }; {{use}} } | {{way}} | Receive-FlowResult
                """));
        }
    }

    [Fact]
    public void A_result_that_does_not_fit_fails_the_task_before_it_runs()
    {
        var ran = new List<int>();
        Session.Set("ran", ran);
        ScriptResult result = Run("""
            Invoke-Flow { $text = Start-FlowTask text { 'text' }; Invoke-FlowTask use { param([int] $x) $ran.Add(1) } -Parameters @{ x = $text } }
            """);

        Assert.StartsWith("FlowParameterInvalid", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(ran);
    }

    [Fact]
    public void DependsOn_waits_for_all_that_it_names()
    {
        using var gate = new Gate();
        var order = new List<string>();
        Session.Set("gate", gate);
        Session.Set("open", new Opener(gate));
        Session.Set("order", order);

        Values("""
            Invoke-Flow {
                $a = Start-FlowTask a { $gate.ArriveAndWait(); $order.Add('a') }
                $b = Start-FlowTask b { $order.Add('b') } -DependsOn $a
                $c = Start-FlowTask c { $order.Add('c') } -DependsOn $a, $b
                $open.Open()
            }
            """);
        Assert.Equal(["a", "b", "c"], order);
    }

    [Theory]
    [InlineData("Start-FlowTask use { $ran.Add(1) } -DependsOn $bad")]
    [InlineData("Start-FlowTask use { $ran.Add(1) } -Parameters @{ } -DependsOn $good, $bad")]
    [InlineData("Start-FlowTask use { param($x) $ran.Add(1) } -Parameters @{ x = @{ a = 1, $bad } }")]
    [InlineData("$bad | Start-FlowTask use { $ran.Add(1) }")]
    [InlineData("(Invoke-FlowTask use { $ran.Add(1) } -DependsOn $bad -ReturnState).Run")]
    [InlineData("Start-FlowTask use { $ran.Add(1) } -DependsOn (Start-FlowTask between { $ran.Add(1) } -DependsOn $bad)")]
    public void A_task_whose_dependency_failed_is_never_run(string start)
    {
        var ran = new List<int>();
        Session.Set("ran", ran);
        object?[] output = Values($$"""
            $state = Invoke-Flow -ErrorAction SilentlyContinue {
                $good = Start-FlowTask good { 1 }; $bad = Start-FlowTask bad { throw 'no' }
                $use = {{start}}
                $null = Wait-FlowTask $use
                "$($use.State.Type) $($use.State.Name)"
                try { Receive-FlowTask $use } catch { $_.FullyQualifiedErrorId.Split(',')[0] }
            }
            $state.Result
            """);

        Assert.Equal(["Pending NotReady", "FlowTaskNotReady"], output);
        Assert.Empty(ran);
    }

    [Fact]
    public void A_flow_whose_task_was_never_run_has_failed()
    {
        ScriptResult result = Run("Invoke-Flow { $bad = Start-FlowTask bad { throw 'no' }; $null = Start-FlowTask use { } -DependsOn $bad }");
        Assert.Equal((StateType.Failed, "1/2 states failed."), (result.State.Type, Counted.States(result.State.Message)));
    }

    [Fact]
    public void AllowFailure_runs_it_with_the_state_in_the_place_of_the_result() =>
        Assert.Equal(["ran", "FlowState Failed no"], Values("""
            Invoke-Flow {
                $bad = Start-FlowTask bad { throw 'no' }
                Start-FlowTask use { 'ran' } -DependsOn $bad -AllowFailure | Receive-FlowTask
                Invoke-FlowTask use { param($x) "$($x.GetType().Name) $($x.Name) $($x.Error)" } -Parameters @{ x = $bad } -AllowFailure
            } | Receive-FlowResult
            """));

    [Fact]
    public void A_task_that_would_wait_for_itself_says_so() =>
        Assert.Equal("FlowDependencyCycle", Value("""
            Invoke-Flow {
                $box = @{ }; $isSet = [System.Threading.ManualResetEventSlim]::new()
                $box.Task = Start-FlowTask me { $isSet.Wait(); try { Receive-FlowTask $box.Task } catch { $_.FullyQualifiedErrorId.Split(',')[0] } }
                $isSet.Set()
                Receive-FlowTask $box.Task
            } | Receive-FlowResult
            """));

    [Fact]
    public void Of_two_tasks_that_wait_for_each_other_the_second_says_so() =>
        Assert.Equal(["a", "b"], Values("""
            Invoke-Flow {
                $box = [hashtable]::Synchronized(@{ }); $isSet = [System.Threading.ManualResetEventSlim]::new()
                $body = {
                    $isSet.Wait()
                    try { Receive-FlowTask $box[$_ -eq 'a' ? 'b' : 'a'] | Out-Null } catch { if ($_.FullyQualifiedErrorId -notlike 'FlowDependencyCycle,*') { throw } }
                }
                foreach ($name in 'a', 'b') { $box[$name] = $name | Start-FlowTask $name { & $body; $TaskRun.FlowName } }
                $isSet.Set()
                Receive-FlowTask $box.a; Receive-FlowTask $box.b
            } | Receive-FlowResult
            """));

    [Theory]
    [InlineData("Start-FlowTask a { $ran.Add(1) } -DependsOn $FlowRun")]
    [InlineData("Invoke-FlowTask a { $ran.Add(1) } -DependsOn $FlowRun")]
    [InlineData("Wait-FlowTask $FlowRun")]
    [InlineData("Receive-FlowTask $FlowRun")]
    [InlineData("Invoke-FlowTask a { Invoke-FlowTask b { $ran.Add(1) } -Parameters @{ } -DependsOn $TaskRun }")]
    public void What_can_end_only_after_it_cannot_be_waited_for(string call)
    {
        var ran = new List<int>();
        Session.Set("ran", ran);
        ScriptResult result = Run($"Invoke-Flow {{ {call} }}");

        Assert.StartsWith("FlowDependencyCycle", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(ran);
    }

    [Fact]
    public void A_long_chain_runs_in_order() =>
        Assert.Equal(300, Value("""
            Invoke-Flow {
                $last = Start-FlowTask first { 0 }
                foreach ($i in 1..300) { $last = Start-FlowTask next { param($n) $n + 1 } -Parameters @{ n = $last } }
                Receive-FlowTask $last
            } -InformationAction Ignore | Receive-FlowResult
            """));

    [Theory]
    [InlineData("Start-Subflow { param($x) \"$x\" } -Parameters @{ x = $one }", "1")]
    [InlineData("Start-Subflow { param($x) \"$x\" } -Parameters @{ x = $one } -Parallel", "1")]
    [InlineData("Start-Subflow { param([int] $x) \"$($x + 1)\" } -Parameters @{ x = $one } -AsJob | Receive-Job -Wait", "2")]
    [InlineData("Start-Subflow { param([int] $x, $y) \"$x$y\" } -Map @{ x = $one, $two; y = 'a', 'b' } -KeepOrder -Parallel", "1a", "2b")]
    [InlineData("$one, $two | Start-Subflow { param([int] $x) \"$($_ + 1)$x\" } -Parallel -KeepOrder", "21", "32")]
    [InlineData("$one, $two | Start-Subflow { param([int] $x) \"$x\" }", "1", "2")]
    [InlineData("New-Flow named { param([int] $x) \"$x\" } | Start-Subflow -Parameters @{ x = $one }", "1")]
    [InlineData("Invoke-Flow { param([int[]] $x) \"$x\" } -Parameters @{ x = $one, $two }", "1 2")]
    [InlineData("Start-Subflow { param($x) \"$($x.Name)\" } -Parameters @{ x = $bad } -AllowFailure -Parallel", "Failed")]
    [InlineData("Start-Subflow { 'ran' } -DependsOn $bad -AllowFailure", "ran")]
    public void For_a_subflow_too_a_handle_stands_for_its_result(string use, params string[] expected)
    {
        foreach (string way in new[] { "Invoke-Flow", "Start-Subflow -Parallel" })
        {
            Assert.Equal(expected, Values($$"""
                { $one = Start-FlowTask one { 1 }; $two = Start-FlowTask two { 2 }; $bad = Start-FlowTask bad { throw 'no' }; {{use}} | ForEach-Object Result } | {{way}} | ForEach-Object { $_.Result }
                """));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(" -Parallel")]
    public void A_subflow_waits_for_what_it_depends_on(string how)
    {
        using var gate = new Gate();
        var order = new List<string>();
        Session.Set("gate", gate);
        Session.Set("open", new Opener(gate));
        Session.Set("order", order);

        Values($$"""
            Invoke-Flow {
                $a = Start-FlowTask a { $gate.ArriveAndWait(); $order.Add('a') }
                $null = Start-FlowTask opener { $open.Open() }
                $null = Start-Subflow { $order.Add('b') } -DependsOn $a{{how}}
            }
            """);
        Assert.Equal(["a", "b"], order);
    }

    [Theory]
    [InlineData("Start-Subflow { $ran.Add(1) } -DependsOn $bad")]
    [InlineData("Start-Subflow { $ran.Add(1) } -DependsOn $bad -Parallel")]
    [InlineData("$bad | Start-Subflow { $ran.Add(1) } -Parallel")]
    [InlineData("Invoke-Flow { param($x) $ran.Add(1) } -Parameters @{ x = $bad }")]
    public void A_subflow_whose_dependency_failed_is_never_run(string start)
    {
        var ran = new List<int>();
        Session.Set("ran", ran);
        object?[] output = Values($$"""
            $state = Invoke-Flow -ErrorAction SilentlyContinue { $bad = Start-FlowTask bad { throw 'no' }; {{start}} -ErrorAction SilentlyContinue -ErrorVariable failed; $failed[0].FullyQualifiedErrorId }
            "$($state.Name)"; $state.Run.Children | ForEach-Object { "$($_.State.Type) $($_.State.Name)" } | Sort-Object
            """);

        Assert.Equal("Failed", output[0]);
        Assert.Empty(ran);
    }

    [Fact]
    public void A_subflow_that_would_wait_for_itself_says_so() =>
        Assert.StartsWith("FlowDependencyCycle", Run("Invoke-Flow { Invoke-FlowTask me { Start-Subflow { 1 } -DependsOn $TaskRun } }").OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);

    [Fact]
    public void Receive_waits_for_a_time_and_what_is_not_over_is_an_error_and_goes_on()
    {
        using var gate = new Gate();
        Session.Set("gate", gate);
        Session.Set("open", new Opener(gate));
        object?[] output = Values("""
            Invoke-Flow {
                $quick = Start-FlowTask quick { 1 }; $null = Wait-FlowTask $quick
                $slow = Start-FlowTask slow { $gate.ArriveAndWait(); 2 }
                try { Receive-FlowTask $quick, $slow, $quick -TimeoutSeconds 0 } catch { "$($_.FullyQualifiedErrorId.Split(',')[0]) $($_.CategoryInfo.Category) $($_.TargetObject.Name): $("$_" -replace ' after .*')" }
                Receive-FlowTask $slow -TimeoutSeconds 0 -ReturnState | ForEach-Object { $_.IsFinal }
                $open.Open()
                Receive-FlowTask $slow -TimeoutSeconds 600
            } | Receive-FlowResult
            """);
        Assert.Equal([1, 1, "FlowTaskTimeout OperationTimeout slow-0: Task run 'slow-0' had not ended", false, 2], output);
    }
}
