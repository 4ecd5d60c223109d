using FlowModule.Engine.History;
using FlowModule.Engine.History.Relay;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.History;

/// <summary>Runs that a worker on another machine executes are recorded here.</summary>
public sealed class RelayedRunsTests : IDisposable
{
    private readonly HistoryRig _rig = new();
    private readonly List<(Guid Run, string Reason)> _stopped = [];
    private readonly RelayedRuns _runs;

    public RelayedRunsTests() => _runs = new RelayedRuns(_rig.History, (run, request) => _stopped.Add((run, request.Message)));

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void What_was_written_is_kept_with_what_waited_before_it()
    {
        FlowRun around = _rig.Start();
        RunRow row = Row(around);

        Assert.Null(_runs.Write([Change(row, 1, StateType.Running), new LogRow(row.Id, _rig.Time.GetUtcNow(), FlowLogLevel.Warning, "from there")]));

        Assert.Equal([around.Id, row.Id], _rig.Store.Find(new RunQuery { Tree = around.Id }).Select(run => run.Run.Id).Order());
        Assert.Equal("web1", _rig.History.Find(row.Id)!.HostName);
        Assert.Equal("from there", Assert.Single(_rig.History.Logs(new LogQuery(row.Id))).Message);
    }

    [Fact]
    public void What_goes_on_when_the_worker_is_gone_has_crashed_with_that_reason()
    {
        RunRow ended = Row(), running = Row();
        _runs.Write([Change(ended, 1, StateType.Running), Change(running, 1, StateType.Running), Change(ended, 2, StateType.Completed)]);

        _runs.Lose("Host 'web1' was lost.");
        _rig.History.WriteQueued();

        Assert.Equal("Completed", _rig.History.Find(ended.Id)!.State.Name);
        FlowRunRecord crashed = _rig.History.Find(running.Id)!;
        Assert.Equal(("Crashed", "Host 'web1' was lost.", true, "web1"), (crashed.State.Name, crashed.State.Message, crashed.IsOver, crashed.HostName));
        Assert.Equal(["Running", "Crashed"], crashed.States.Select(state => state.Name));
        Assert.Null(RelayedRuns.Find(running.Id));
    }

    [Fact]
    public void The_hook_of_a_run_that_has_crashed_so_is_left_for_whoever_looks()
    {
        RunRow row = Row();
        _runs.Write([Change(row, 1, StateType.Running, hook: "the hook")]);

        _runs.Lose("Gone.");
        _rig.History.WriteQueued();

        Assert.Equal((row.Id, "the hook"), _rig.History.SweepCrashed(takesHook: true, isUrgent: true).Hook is { } hook ? (hook.Run.Id, hook.Script) : default);
    }

    [Fact]
    public void A_request_to_a_run_goes_to_its_worker_until_the_run_is_over()
    {
        RunRequests.Watch(_rig.History);
        RunRow row = Row();
        _runs.Write([Change(row, 1, StateType.Running)]);

        Ask(row.Id, RunRequestKind.Stop);
        _runs.Write([Change(row, 2, StateType.Completed)]);
        Ask(row.Id, RunRequestKind.Stop);

        Assert.Equal([(row.Id, "No more.")], _stopped);
    }

    [Fact]
    public void A_request_to_suspend_is_for_the_flow_run_around()
    {
        RunRequests.Watch(_rig.History);
        FlowRun around = _rig.Start();
        RunRow row = Row(around);
        _runs.Write([Change(row, 1, StateType.Running)]);

        Ask(row.Id, RunRequestKind.Suspend);

        Assert.Empty(_stopped);
        Assert.Equal(StopKind.Suspended, around.StopRequest?.Kind);
    }

    [Fact]
    public void A_history_in_trouble_says_why_nothing_is_kept_and_what_is_sent_again_is_kept_later()
    {
        RunRow row = Row();
        _rig.Opening = static () => throw HistoryRig.Trouble();

        Assert.Equal("It cannot be written.", _runs.Write([Change(row, 1, StateType.Running)])?.Message);

        _rig.Opening = null;
        _rig.RetryTick();
        Assert.Null(_runs.Write([Change(row, 1, StateType.Running), Change(row, 2, StateType.Completed)]));
        Assert.Equal(["Running", "Completed"], _rig.History.States(row.Id).Select(state => state.Name));
    }

    private void Ask(Guid run, RunRequestKind kind)
    {
        _rig.History.Change(store => store.Requests.Add(new RunRequest(run, kind, "No more.")));
        _rig.History.Tick();
    }

    private RunRow Row(FlowRun? around = null)
    {
        _rig.Time.Advance(TimeSpan.FromMilliseconds(1));
        var id = Guid.CreateVersion7(_rig.Time.GetUtcNow());
        return new RunRow
        {
            Id = id,
            ParentId = around?.Id,
            RootId = around?.Id ?? id,
            Kind = RunKind.Task,
            Name = "task",
            Flow = new FlowRow("task", []),
            CreatedTime = _rig.Time.GetUtcNow(),
        };
    }

    private RunChange Change(RunRow row, int number, StateType type, string? hook = null) => new(row, new StateRow(number, type, Name: null, Message: null, _rig.Time.GetUtcNow(), Due: null))
    {
        Start = new RunStart { CrashHook = hook },
        IsOver = type == StateType.Completed,
        StartTime = _rig.Time.GetUtcNow(),
        Attempt = 1,
        HostName = "web1",
    };
}
