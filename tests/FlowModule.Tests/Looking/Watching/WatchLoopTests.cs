using FlowModule.Engine.History;
using FlowModule.Lookup.Watching;

namespace FlowModule.Tests.Looking.Watching;

/// <summary>The loop over a real history, driven step by step: the test is the wait.</summary>
public sealed class WatchLoopTests : LookingTest
{
    private readonly FakeConsole _console = new();
    private readonly List<string> _stopped = [];
    private WatchLoop? _loop;

    /// <summary>Watches runs; each step happens where the loop waits. The loop ends with the last step, unless it ends itself.</summary>
    private void Watch(string names, params Action[] steps)
    {
        FlowRunRecord[] runs = [.. Values($"Get-FlowRun {names} -HistoryPath $history").Cast<FlowRunRecord>()];
        var left = new Queue<Action>(steps);
        _loop = new WatchLoop(_console, WatchRows.Plain, new WatchedRuns(runs, FlowLogLevel.Information), run =>
        {
            _stopped.Add(run.Name);
            return null;
        })
        { Between = TimeSpan.Zero };
        _loop.Run(
            isDone =>
            {
                if (!left.TryDequeue(out Action? step))
                {
                    return false;
                }

                step();
                isDone();
                return true;
            },
            isTimeUp: static () => false);
    }

    [Fact]
    public void It_ends_with_its_runs_and_shows_their_end()
    {
        FlowRun top = File.Start("top", "main");
        FlowRun sub = File.Start("sub", "one", top);

        Watch("main", () => Assert.Contains("sub 'one'", _console.Screen, StringComparison.Ordinal), () =>
        {
            File.End(sub, "bad");
            File.End(top);
        }, () => { }, () => { });

        Assert.False(_loop!.HasLeft);
        Assert.Contains("2 runs: 1 Completed, 1 Failed", _console.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_is_obeyed_at_once()
    {
        File.Start("top", "main");

        Watch("main", () => _console.Type("/nothing"), () => Assert.Contains("No run fits.", _console.Screen, StringComparison.Ordinal), () => _console.Press(ConsoleKey.Escape), () => _console.Type("q"));

        Assert.True(_loop!.HasLeft);
        Assert.Contains("top 'main'", _console.Screen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_is_opened_and_grows()
    {
        FlowRun top = File.Start("top", "main");
        File.Log(top, "first");

        Watch(
            "main",
            () => _console.Press(ConsoleKey.Enter),
            () => Assert.Contains("| first", _console.Screen, StringComparison.Ordinal),
            () => _console.Press(ConsoleKey.Escape),
            () => Assert.Contains("top 'main'", _console.Screen, StringComparison.Ordinal));
    }

    [Fact]
    public void The_chosen_run_is_stopped_after_a_yes()
    {
        FlowRun top = File.Start("top", "main");
        File.Start("sub", "one", top);

        Watch(
            "main",
            () => _console.Press(ConsoleKey.DownArrow),
            () => _console.Type("s"),
            () => Assert.Contains("Stop sub 'one' and the runs in it?", _console.Screen, StringComparison.Ordinal),
            () => _console.Type("y"),
            () => Assert.Contains("sub 'one' is told to stop.", _console.Screen, StringComparison.Ordinal));

        Assert.Equal(["one"], _stopped);
    }

    [Fact]
    public void The_size_of_the_terminal_may_change()
    {
        File.Start("top", "main");

        Watch("main", () =>
        {
            (_console.Width, _console.Height) = (30, 5);
            _console.Type("f");
        });

        Assert.Equal(5, _console.Screen.Split('\n').Length);
        Assert.All(_console.Screen.Split('\n'), static line => Assert.InRange(line.Length, 0, 30));
    }
}
