using FlowModule.Tests.Support;

namespace FlowModule.Tests.Policies;

/// <summary>A failed run undoes its completed tasks.</summary>
public sealed class RollbackTests : FlowTest
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _log = new();

    public static TheoryData<string> Ways => ["| Invoke-Flow", "| Start-Subflow", "| Start-Subflow -Parallel"];

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_last_first_with_the_run_and_its_state(string way)
    {
        Call($"New-Flow f {{ 1..3 | Invoke-FlowTask t {{ \"r$_\" }} -OnRollback {{ $log.Add(\"$($args[0]) $($args[1].Name) $($args[2].Result) $($_.Result) $($TaskRun.Name)\") }}; throw 'no' }} {way}");
        Assert.Equal(["t t-2 r3 r3 t-2", "t t-1 r2 r2 t-1", "t t-0 r1 r1 t-0"], _log);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void They_find_local_variables_and_functions_of_the_flows_body(string way)
    {
        foreach (string call in new[] { "Invoke-FlowTask t { } %how%", "1 | Invoke-FlowTask t { } %how% -Parallel", "$null = Start-FlowTask t { } %how% | Wait-FlowTask" })
        {
            _log.Clear();
            Call($"New-Flow f {{ function Undo-It {{ \"undo $args\" }}; $local = 'local'; {call.Replace("%how%", "-OnRollback { $log.Add((Undo-It $local)) }", StringComparison.Ordinal)}; throw 'no' }} {way}");
            Assert.Equal(["undo local"], _log);
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Not_for_tasks_that_failed_or_runs_that_completed(string way)
    {
        Call($"New-Flow f {{ try {{ Invoke-FlowTask t {{ throw 'no' }} -OnRollback {{ $log.Add('failed') }} }} catch {{ }}; Invoke-FlowTask t {{ }} -OnRollback {{ $log.Add('good') }}; 'fine' }} {way}");
        Assert.Empty(_log);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Once_after_the_last_attempt_and_not_before_a_retry(string way)
    {
        Call($"$n = [int[]]::new(1); New-Flow f {{ Invoke-FlowTask t {{ }} -OnRollback {{ $log.Add('undone') }}; $log.Add(\"attempt $((++$n[0]))\"); throw 'no' }} -Retry 2 {way}");
        Assert.Equal(["attempt 1", "attempt 2", "attempt 3", "undone"], _log);

        _log.Clear();
        Call($"$n = [int[]]::new(1); New-Flow f {{ Invoke-FlowTask t {{ }} -OnRollback {{ $log.Add('undone') }}; if (++$n[0] -lt 3) {{ throw 'no' }} }} -Retry 2 {way}");
        Assert.Empty(_log);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-Parallel")]
    public void Tasks_of_a_subflow_are_undone_when_the_parent_fails(string how)
    {
        Call($$"""
            Invoke-Flow {
                $null = Start-Subflow { $in = 'sub'; Invoke-FlowTask t { } -OnRollback { $log.Add("undo $in") } } {{how}}
                Invoke-FlowTask t { } -OnRollback { $log.Add('undo own') }
                throw 'no'
            }
            """);
        Assert.Equal(["undo own", "undo sub"], _log);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-Parallel")]
    public void A_subflow_that_failed_has_undone_its_own_at_once(string how)
    {
        Call($$"""
            Invoke-Flow {
                $null = Start-Subflow { Invoke-FlowTask t { } -OnRollback { $log.Add('undo') }; throw 'no' } {{how}} -ErrorAction SilentlyContinue
                $log.Add('after')
                throw 'no'
            }
            """);
        Assert.Equal(["undo", "after"], _log);
    }

    [Fact]
    public void One_that_throws_is_a_warning_and_the_others_go_on()
    {
        ScriptResult result = Call("Invoke-Flow { Invoke-FlowTask a { } -OnRollback { $log.Add('undo a') }; Invoke-FlowTask b { } -OnRollback { throw 'bad undo' }; throw 'no' }");
        Assert.Equal(["undo a"], _log);
        Assert.Contains("-OnRollback of task run 'b-0'", Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.Equal("no", result.OnlyError.ToString());
        Assert.Equal("Flow run encountered an exception. RuntimeException: no. 1 of 2 rollbacks failed: task run 'b-0'.", result.State.Message);
        Session.Set("run", result.State.Run);
        Assert.Equal(
            [result.State.Message, "b-0 RollbackFailed", "a-0 RolledBack"],
            Values("(Get-FlowRun $run).State.Message; Get-FlowRun -Parent $run | ForEach-Object { \"$($_.Name) $($_.State.Name)\" }"));
    }

    [Fact]
    public void They_come_before_the_hook_of_the_failure_is_called()
    {
        Call("New-Flow f { Invoke-FlowTask a { } -OnRollback { $log.Add('undo') }; throw 'no' } -OnFailure { $log.Add('failed') } | Invoke-Flow");
        Assert.Equal(["undo", "failed"], _log);
    }

    [Fact]
    public void A_result_from_a_cache_was_not_made_here_and_is_not_undone()
    {
        Call("""
            $key = [guid]::NewGuid().ToString()
            $null = Invoke-Flow { Invoke-FlowTask t { 1 } -CacheKey $key }
            Invoke-Flow { Invoke-FlowTask t { 1 } -CacheKey $key -OnRollback { $log.Add('undo') }; throw 'no' }
            """);
        Assert.Empty(_log);
    }

    [Theory]
    [InlineData("New-Flow f { %body% } | Invoke-Flow")]
    [InlineData("New-Flow f { %body% } | Start-Subflow -Parallel")]
    public void Ctrl_C_undoes_too(string way)
    {
        using var here = new Gate();
        using var undone = new Gate(2);
        Session.Set("here", here);
        Session.Set("undone", undone);
        Session.Set("log", new Log(_log));
        using var script = new RunningScript(Session, way.Replace(
            "%body%", "$local = 'local'; 1, 2 | Invoke-FlowTask t { $_ } -OnRollback { $log.Add(\"$local $($_.Result)\"); $undone.Arrive() }; $here.Arrive(); Start-Sleep 600", StringComparison.Ordinal));
        here.WaitForArrivals();
        script.Stop();

        undone.WaitForArrivals();
        Assert.Equal(["local 2", "local 1"], _log);
    }

    private ScriptResult Call(string script)
    {
        Session.Set("log", new Log(_log));
        return Run(script);
    }
}
