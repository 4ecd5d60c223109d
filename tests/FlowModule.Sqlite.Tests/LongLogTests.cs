using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Sqlite.Tests.Support;

namespace FlowModule.Sqlite.Tests;

/// <summary>The beginning and the end of an endless log are kept.</summary>
public sealed class LongLogTests : IDisposable
{
    private const int Limit = 100 * (RunLogSize.LineSize + 8);

    private readonly TestFile _file = new();

    public LongLogTests() => _file.History.Retention = new RetentionSettings(90, null, Limit);

    public void Dispose() => _file.Dispose();

    private void Log(FlowRun run, int from, int count, RunHistory? history = null)
    {
        for (int i = from; i < from + count; i++)
        {
            run.Recording!.Log(_file.Time.GetUtcNow(), FlowLogLevel.Information, FormattableString.Invariant($"{i:00000000}"));
        }

        (history ?? _file.History).Tick();
    }

    private string[] Lines(FlowRun run) => [.. _file.History.Read(store => store.Logs(new LogQuery(run.Id))).Select(line => line.Message)];

    /// <summary>For any number of lines at once: one line, or more than are kept.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(1000)]
    public void The_first_and_the_last_lines_stay_with_a_note_between(int atOnce)
    {
        FlowRun run = _file.Start();
        FlowRun other = _file.Start();
        for (int i = 0; i < 1000; i += atOnce)
        {
            int count = Math.Min(atOnce, 1000 - i);
            Log(run, i, count);
            Log(other, i, Math.Min(count, Math.Max(0, 100 - i)));
        }

        string[] lines = Lines(run);
        int note = Array.FindIndex(lines, line => line.Contains(" lines are left out here", StringComparison.Ordinal));
        int left = int.Parse(lines[note].Split(' ')[0], System.Globalization.NumberStyles.Number, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal(50, note);
        Assert.Equal(1000, lines.Length - 1 + left);
        Assert.InRange(lines.Length - 1 - note, 35, 63);
        Assert.Equal(Enumerable.Range(0, 50).Concat(Enumerable.Range(50 + left, 950 - left)), lines.Where((_, i) => i != note).Select(line => int.Parse(line, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(100, Lines(other).Length);
    }

    [Fact]
    public void A_log_that_fits_is_whole()
    {
        FlowRun run = _file.Start();
        Log(run, 0, 100);

        Assert.Equal(Enumerable.Range(0, 100), Lines(run).Select(line => int.Parse(line, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Without_a_limit_all_is_kept_and_another_process_learns_of_one_that_is_set()
    {
        RunHistory other = _file.Open();
        FlowRun run = _file.Start(history: other);
        _file.History.Retention = new RetentionSettings(90, null, KeepLogSize: null);
        Log(run, 0, 300, other);
        Assert.Equal(300, Lines(run).Length);

        _file.History.Retention = new RetentionSettings(90, null, Limit);
        _file.Time.Advance(TimeSpan.FromMinutes(1));
        Log(run, 300, 300, other);
        Assert.InRange(Lines(run).Length, 300 + 50, 300 + 120);
    }

    [Fact]
    public void A_log_whose_file_was_begun_anew_meanwhile_is_no_trouble()
    {
        FlowRun run = _file.Start();
        Log(run, 0, 100);
        _file.Ask("DELETE FROM log");
        Log(run, 100, 900);

        Assert.Null(_file.History.Trouble);
        Assert.Equal("00000999", Lines(run)[^1]);
    }
}
