using FlowModule.Tests.Support;

namespace FlowModule.Tests.Tasks;

/// <summary>Tasks in the background: started, waited for, received.</summary>
public sealed class StartTaskTests : FlowTest
{
    public static TheoryData<string> Places => ["& %body%", "Invoke-Flow %body% | Receive-FlowResult", "Start-Subflow %body% -Parallel | Receive-FlowResult"];

    [Theory]
    [MemberData(nameof(Places))]
    public void It_returns_at_once_with_a_handle(string place)
    {
        using var gate = new Gate();
        Session.Set("gate", gate);
        Session.Set("open", new Opener(gate));

        // The task cannot end before the cmdlet has returned.
        Assert.Equal(["FlowRun Task wait-0 False", "done", "Completed"], In(place, """
            $task = Start-FlowTask wait { $gate.ArriveAndWait(); 'done' }
            "$($task.GetType().Name) $($task.Kind) $($task.Name) $($task.State.IsFinal)"
            $open.Open()
            Receive-FlowTask $task
            $task.State.Name
            """));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Several_run_at_once(string place)
    {
        using var gate = new Gate(3);
        Session.Set("gate", gate);
        Session.Set("open", new Opener(gate));

        Assert.Equal([1, 2, 3], In(place, """
            $tasks = 1..3 | Start-FlowTask wait { $gate.ArriveAndWait(); $_ }
            $open.OpenWhenAllAreThere()
            $tasks | Receive-FlowTask
            """));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Piped_on_at_once_they_still_run_at_once(string place)
    {
        using var gate = new Gate(3);
        Session.Set("gate", gate);
        Session.Set("open", new Opener(gate));

        Assert.Equal([0, 1, 2, 3], In(place, """
            @(Start-FlowTask open { $open.OpenWhenAllAreThere(); 0 }) + @(1..3 | Start-FlowTask wait { $gate.ArriveAndWait(); $_ } | Receive-FlowTask) | ForEach-Object {
                if ($_ -is [int]) { $_ } else { Receive-FlowTask $_ }
            }
            """));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Received_twice_it_gives_its_result_twice_and_runs_once(string place) =>
        Assert.Equal([1, 1, 1], In(place, """
            $count = [int[]]::new(1)
            $task = Start-FlowTask get { ++$count[0]; $count[0] }
            Receive-FlowTask $task; $task | Receive-FlowTask; $count[0]
            """));

    [Theory]
    [MemberData(nameof(Places))]
    public void A_failure_is_thrown_where_it_is_received(string place) =>
        Assert.Equal(["caught no", "Failed", "Failed"], In(place, """
            $task = Start-FlowTask get { throw 'no' }
            try { Receive-FlowTask $task } catch { "caught $_" }
            $task.State.Name
            (Receive-FlowTask $task -ReturnState).Name
            """));

    [Fact]
    public void A_failure_keeps_its_file_and_line()
    {
        string file = Folder.Write("flow.ps1", """
            Invoke-Flow {
                $task = Start-FlowTask get {
                    throw 'no'
                }
                Receive-FlowTask $task
            }
            """);
        System.Management.Automation.ErrorRecord error = Run($"& '{file}'").OnlyError;
        Assert.Equal((file, 3), (error.InvocationInfo.ScriptName, error.InvocationInfo.ScriptLineNumber));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void Wait_gives_the_runs_that_ended_and_throws_nothing(string place) =>
        Assert.Equal(["a-0 Completed", "b-0 Failed", "none"], In(place, """
            $a = Start-FlowTask a { 1 }; $b = Start-FlowTask b { throw 'no' }
            $a, $b | Wait-FlowTask | ForEach-Object { "$($_.Name) $($_.State.Name)" }
            if (-not (@() | Wait-FlowTask -Any)) { 'none' }
            """));

    [Fact]
    public void Wait_Any_returns_with_the_first()
    {
        using var gate = new Gate();
        Session.Set("gate", gate);
        Session.Set("open", new Opener(gate));

        Assert.Equal(["quick"], Values("""
            Invoke-Flow {
                $slow = Start-FlowTask slow { $gate.ArriveAndWait() }
                $quick = Start-FlowTask quick { 1 }
                (Wait-FlowTask $slow, $quick -Any).FlowName
                $open.Open()
            } | Receive-FlowResult
            """));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-Any")]
    public void Wait_with_a_time_gives_those_that_ended_in_it(string how)
    {
        using var gate = new Gate();
        Session.Set("gate", gate);
        Session.Set("open", new Opener(gate));

        Assert.Equal(["0", "1"], Values($$"""
            Invoke-Flow {
                $slow = Start-FlowTask slow { $gate.ArriveAndWait() }
                "$(@(Wait-FlowTask $slow -TimeoutSeconds 0 {{how}}).Count)"
                $open.Open()
                "$(@(Wait-FlowTask $slow {{how}}).Count)"
            } | Receive-FlowResult
            """));
    }

    [Fact]
    public void The_flow_ends_only_when_its_tasks_have()
    {
        using var gate = new Gate();
        var order = new List<string>();
        Session.Set("gate", gate);
        Session.Set("open", new Opener(gate));
        Session.Set("order", order);

        ScriptResult result = Run("""
            New-Flow f { $null = Start-FlowTask slow { $gate.ArriveAndWait(); $order.Add('task') }; $open.Open() } -OnCompletion { $order.Add('flow') } | Invoke-Flow
            """).Clean();
        Assert.Equal("All states completed.", result.State.Message);
        Assert.Equal(["task", "flow"], order);
    }

    [Theory]
    [InlineData("Invoke-Flow")]
    [InlineData("Start-Subflow")]
    [InlineData("Start-Subflow -Parallel")]
    public void Failures_that_nobody_waited_for_count(string way)
    {
        ScriptResult result = Run($"{{ 1..4 | Start-FlowTask get {{ if ($_ -gt 2) {{ throw \"no $_\" }} }} | Out-Null }} | {way}");

        Assert.Equal((StateType.Failed, "2/4 states failed."), (result.State.Type, Counted.States(result.State.Message)));
        Assert.StartsWith("FlowRunFailed", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-TaskRunner Sequential", true)]
    [InlineData("-TaskRunner Concurrent", false)]
    [InlineData("", false)]
    public void The_flows_task_runner_decides_where_they_run(string how, bool isHere) =>
        Assert.Equal([isHere, 3], Values($$"""
            New-Flow f {
                $here = [runspace]::DefaultRunspace.InstanceId
                Start-FlowTask a { [runspace]::DefaultRunspace.InstanceId -eq $here } | Receive-FlowTask
                $one = Start-FlowTask b { 1 }
                Start-FlowTask c { param($x) $x + 2 } -Parameters @{ x = $one } | Receive-FlowTask
            } {{how}} | Invoke-Flow | Receive-FlowResult
            """));

    [Fact]
    public void Run_one_after_another_a_failure_is_in_the_handle_and_counts() =>
        Assert.Equal(["Failed caught no", "Failed 1/2 states failed. Task run 'a-0' (1): RuntimeException: no"], Run("""
            New-Flow f -TaskRunner Sequential {
                $task = Start-FlowTask a { throw 'no' }
                try { Receive-FlowTask $task } catch { "$($task.State.Name) caught $_" }
            } | Invoke-Flow | Receive-FlowResult
            $state = New-Flow g -TaskRunner Sequential { 1, 2 | Start-FlowTask a { if ($_ -eq 1) { throw 'no' } } | Out-Null } | Invoke-Flow -ErrorAction SilentlyContinue
            "$($state.Name) $($state.Message)"
            """).Clean().Output);

    [Theory]
    [InlineData("Invoke-Flow $flow")]
    [InlineData("Start-Subflow $flow -Parallel")]
    public void Tasks_that_wait_for_tasks_that_wait_need_one_place_only(string way) =>
        Assert.Equal(["deep", "unawaited"], Values($$"""
            $flow = New-Flow f -ThrottleLimit 1 {
                Start-FlowTask a { Start-FlowTask b { Start-FlowTask c { 'deep' } | Receive-FlowTask } | Receive-FlowTask } | Receive-FlowTask
            }
            {{way}} | Receive-FlowResult
            $flow = New-Flow f -ThrottleLimit 1 {
                $null = Start-FlowTask a { $null = Start-FlowTask b { $null = Start-FlowTask c { 'deep' } } }
                'unawaited'
            }
            {{way}} | Receive-FlowResult
            """));

    [Fact]
    public void Mapped_tasks_inside_a_task_need_one_place_only() =>
        Assert.Equal(["1 2 3", "1 2 3"], Values("""
            New-Flow f -ThrottleLimit 1 {
                $tasks = 1..2 | Start-FlowTask a { "$(1..3 | Start-FlowTask b { Invoke-FlowTask c { $_ } } | Receive-FlowTask)" }
                $tasks | Receive-FlowTask
            } | Invoke-Flow | Receive-FlowResult
            """));

    private object?[] In(string place, string body) => Values(place.Replace("%body%", $"{{ {body} }}", StringComparison.Ordinal));
}
