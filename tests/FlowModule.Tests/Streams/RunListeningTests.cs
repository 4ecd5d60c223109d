using System.Collections.Concurrent;
using FlowModule.Engine.Runs;
using FlowModule.Sessions;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Streams;

/// <summary>What listeners of a session are told of its runs.</summary>
public sealed class RunListeningTests : FlowTest
{
    private readonly Listener _listener = new();

    [Theory]
    [InlineData("")]
    [InlineData("-NoHistory")]
    public void It_is_told_of_runs_at_any_depth_on_any_thread(string history)
    {
        Listen();
        Run($$"""
            New-Flow outer {
                1 | Start-Subflow (New-Flow middle { Invoke-FlowTask inner { Write-Warning 'said' } }) -Parallel
            } | Invoke-Flow {{history}}
            """).Clean();

        foreach (string flow in new[] { "outer", "middle", "inner" })
        {
            Assert.Equal(["begins", "Running", "Completed", "is over"], _listener.Of(flow).Where(line => line != "said"));
        }

        Assert.Contains("said", _listener.Of("inner"));
        Assert.DoesNotContain("said", _listener.Of("middle").Concat(_listener.Of("outer")));
    }

    [Fact]
    public void It_is_not_told_of_those_that_begin_after_it_was_taken_away()
    {
        Listen();
        Run("New-Flow first { } | Invoke-Flow").Clean();
        RunspaceContext.Of(Session.Runspace)!.StopListening(_listener);
        Run("New-Flow second { } | Invoke-Flow").Clean();

        Assert.NotEmpty(_listener.Of("first"));
        Assert.Empty(_listener.Of("second"));
    }

    private void Listen()
    {
        // The session has a context once a cmdlet has run there.
        Run("Get-Flow").Clean();
        RunspaceContext.Of(Session.Runspace)!.Listen(_listener);
    }

    private sealed class Listener : IRunListener
    {
        private readonly ConcurrentQueue<(string Flow, string Line)> _heard = new();

        internal IEnumerable<string> Of(string flow) => _heard.Where(heard => heard.Flow == flow).Select(heard => heard.Line);

        public void Began(FlowRun run) => Add(run, "begins");

        public void Entered(FlowRun run, FlowState state, int index, bool isOver) => Add(run, state.Name);

        public void Logged(FlowRun run, DateTimeOffset time, FlowLogLevel level, string text) => Add(run, text);

        public void Ended(FlowRun run) => Add(run, "is over");

        private void Add(FlowRun run, string line) => _heard.Enqueue((run.FlowName, line));
    }
}
