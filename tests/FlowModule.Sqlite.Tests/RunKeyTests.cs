using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Tests.Support;
using FlowModule.Sqlite.Tests.Support;

namespace FlowModule.Sqlite.Tests;

/// <summary>Runs that are stored before they start, for a user's key.</summary>
public sealed class RunKeyTests : IDisposable
{
    private readonly TestFile _file = new();

    [Fact]
    public void A_run_is_of_its_own_flow_also_when_another_process_has_removed_all_that_were()
    {
        var flow = new TestFlow("mine");
        FlowRun earlier = _file.Run(flow: flow);
        earlier.Recording!.Flush();
        RunHistory other = _file.Open();
        Assert.Equal(1, other.Delete([earlier.Id]));
        _file.Run(flow: new TestFlow("another"), history: other).Recording!.Flush();

        FlowRun run = Claim(flow, "key", out Guid owner);

        Assert.Equal(run.Id, owner);
        Assert.Equal("mine", other.Find(run.Id)?.FlowName);
    }

    [Fact]
    public void A_key_whose_run_was_removed_can_be_claimed_again()
    {
        var flow = new TestFlow("mine");
        FlowRun first = Claim(flow, "key", out _);
        Claim(flow, "key", out Guid owner);
        Assert.Equal(first.Id, owner);
        first.TryStart();
        first.Finish();
        first.Recording!.Flush();
        Assert.Equal(1, _file.Open().Delete([first.Id]));

        FlowRun second = Claim(flow, "key", out owner);

        Assert.Equal(second.Id, owner);
    }

    public void Dispose() => _file.Dispose();

    private FlowRun Claim(TestFlow flow, string key, out Guid owner)
    {
        FlowRun run = flow.Run(_file.Time);
        run.Recording = new RunRecording(_file.History, run);
        owner = _file.History.Change(store => store.Keys.Claim(key, run.Recording!.First()));
        return run;
    }
}
