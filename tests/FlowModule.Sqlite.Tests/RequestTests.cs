using FlowModule.Engine.History;
using FlowModule.Engine.History.Relay;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Tests.Support;
using FlowModule.Sqlite.Tests.Support;

namespace FlowModule.Sqlite.Tests;

/// <summary>Requests of one process to the runs of another.</summary>
public sealed class RequestTests : IDisposable
{
    private readonly TestFile _file = new();
    private readonly RunHistory _other;

    public RequestTests()
    {
        _other = _file.Open();
        RunRequests.Watch(_other);
    }

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_stop_reaches_the_run_with_its_reason_at_the_next_tick()
    {
        FlowRun run = _file.Start(history: _other);
        _other.Tick();

        Ask(run.Id);
        _other.Tick();

        Assert.Equal("Stopped from afar.", run.StopRequest?.Message);
        Assert.Equal(StateType.Cancelling, run.State.Type);
        Assert.Equal(0, _file.Ask("SELECT count(*) FROM request"));
        run.Finish();
    }

    [Fact]
    public void One_for_a_run_of_yet_another_process_is_left_for_that()
    {
        FlowRun run = _file.Start(history: _file.Open());
        run.Recording!.Flush();
        _file.Start(history: _other);
        _other.Tick();

        Ask(run.Id);
        _other.Tick();

        Assert.Null(run.StopRequest);
        Assert.Equal(1, _file.Ask("SELECT count(*) FROM request"));
        run.Finish();
    }

    [Fact]
    public void A_run_is_told_where_nothing_of_the_history_is_held()
    {
        FlowRun run = _file.Start(history: _other);
        run.Stopping = () =>
        {
            // The reaction of a run may need another thread that writes to its log.
            var writing = new Thread(() => _other.Find(run.Id));
            writing.Start();
            Assert.True(writing.Join(TimeSpan.FromMinutes(1)), "The history is held.");
        };
        _other.Tick();
        Ask(run.Id);
        _other.Tick();

        Assert.NotNull(run.StopRequest);
        run.Finish();
    }

    private void Ask(Guid run) => _file.History.Change(store =>
    {
        store.Requests.Add(new RunRequest(run, RunRequestKind.Stop, "Stopped from afar."));
        return true;
    });
}
