using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Tests.Support;
using FlowModule.Sqlite.Tests.Support;

namespace FlowModule.Sqlite.Tests;

/// <summary>Reading logs and trees: the basis of Get-FlowLog, Watch-FlowRun and Get-FlowRun -Tree.</summary>
public sealed class LogReadingTests : IDisposable
{
    private readonly TestFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_log_that_grows_is_given_once_and_whole()
    {
        FlowRun top = _file.Start();
        RunHistory other = _file.Open();
        var reading = new LogReading(other, new LogQuery(top.Id));
        var read = new List<string>();
        var expected = new List<string> { "Running" };
        for (int i = 0; i < 50; i++)
        {
            _file.Time.Advance(TimeSpan.FromMilliseconds(1));
            Say(top, $"line {i}");
            expected.Add($"line {i}");
            if (i % 10 == 0)
            {
                _file.Time.Advance(TimeSpan.FromMilliseconds(1));
                _file.Run(top);
                expected.AddRange(["Running", "Completed"]);
            }

            _file.History.WriteQueued();
            read.AddRange(reading.Next().Select(line => line.Message));
        }

        read.AddRange(reading.Next(isLast: true).Select(line => line.Message));

        Assert.Equal(expected, read);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(10)]
    public void A_log_that_is_read_in_pieces_is_whole(int pieceSize)
    {
        FlowRun top = _file.Start();
        for (int i = 0; i < 20; i++)
        {
            _file.Time.Advance(TimeSpan.FromMilliseconds(1));
            Say(top, $"line {i}");
        }

        IEnumerable<string> read = new LogReading(_file.History, new LogQuery(top.Id), pieceSize).Lines().Select(line => line.Message);

        Assert.Equal(["Running", .. Enumerable.Range(0, 20).Select(i => $"line {i}")], read);
    }

    [Fact]
    public void A_state_that_is_written_late_is_not_missed()
    {
        FlowRun top = _file.Start();
        RunHistory slow = _file.Open();
        FlowRun late = _file.Start(top, history: slow);
        _file.Time.Advance(TimeSpan.FromMinutes(10));
        _file.Run(top);
        var reading = new LogReading(_file.History, new LogQuery(top.Id));
        Assert.Equal(["Running", "Running", "Completed"], reading.Next().Select(line => line.Message));

        slow.WriteQueued();

        Assert.Equal([late.Id], reading.Next(isLast: true).Select(line => line.RunId));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void The_last_lines_of_a_tree_are_found_among_those_of_others(int tail)
    {
        FlowRun top = _file.Start();
        FlowRun inner = _file.Start(top);
        FlowRun stranger = _file.Start();
        for (int i = 0; i < 60; i++)
        {
            Say(i % 3 == 0 ? top : i % 3 == 1 ? inner : stranger, $"{i}");
        }

        IEnumerable<string> expected = Enumerable.Range(0, 60).Where(i => i % 3 != 2).Select(i => $"{i}").TakeLast(tail);
        Assert.Equal(expected, _file.History.Logs(new LogQuery(top.Id) { Tail = tail }).Select(line => line.Message));
    }

    [Fact]
    public void A_log_is_read_on_from_where_it_was()
    {
        FlowRun top = _file.Start();
        _file.Log(_file.Start(top), 10);
        IReadOnlyList<FlowLogRecord> first = _file.History.Logs(new LogQuery(top.Id) { First = 4 });

        IReadOnlyList<FlowLogRecord> rest = _file.History.Logs(new LogQuery(top.Id) { After = first[^1].Number });

        Assert.Equal(["line 4", "line 5", "line 6", "line 7", "line 8", "line 9"], rest.Select(line => line.Message));
    }

    [Fact]
    public void Runs_inside_are_counted_by_state_at_any_depth()
    {
        FlowRun top = _file.Start();
        FlowRun inner = _file.Start(top);
        _file.Run(inner);
        _file.Run(inner);
        _file.Run();

        IReadOnlyDictionary<StateType, int> counts = _file.History.CountInside(top.Id);

        Assert.Equal([(StateType.Running, 1), (StateType.Completed, 2)], counts.OrderBy(count => count.Key).Select(count => (count.Key, count.Value)));
    }

    [Theory]
    [InlineData("a[1]", "a[1]", true)]
    [InlineData("a[1]", "a1", true)]
    [InlineData("a[0-9]c*", "A7CDE", true)]
    [InlineData("a[0-9]c*", "abc", false)]
    [InlineData("a`*", "a*", true)]
    [InlineData("a`*", "ab", false)]
    [InlineData("[^a]", "^", true)]
    [InlineData("[^a]", "b", false)]
    [InlineData("a[", "a[", true)]
    [InlineData("a[]", "a[]", true)]
    [InlineData("?_%", "x_%", true)]
    [InlineData("?_%", "xyz", false)]
    [InlineData("(a|b)[c]", "(a|b)c", true)]
    public void Patterns_are_those_of_PowerShell(string pattern, string name, bool isFound)
    {
        FlowRun run = new(new TestFlow(), parent: null, _file.Time, name);
        run.Recording = new RunRecording(_file.History, run);
        Assert.True(run.TryStart());

        Assert.Equal(isFound, _file.History.Find(new RunQuery { Names = [pattern] }).Count == 1);
    }

    private void Say(FlowRun run, string text) => run.Recording!.Log(_file.Time.GetUtcNow(), FlowLogLevel.Information, text);
}
