using FlowModule.Engine.History;
using FlowModule.Engine.Schedules;
using FlowModule.Engine.Schedules.Ticks;
using FlowModule.Engine.Storage.Rows;
using FlowModule.History;
using FlowModule.Scheduling.Instances;
using FlowModule.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Tests.Scheduling;

/// <summary>Ticks whose script never starts.</summary>
public sealed class ScheduledRunnerTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();
    private readonly string _file;
    private readonly RunHistory _history;
    private readonly List<FlowScheduleRun> _ended = [];

    public ScheduledRunnerTests()
    {
        _file = Path.Combine(_folder.FullPath, "history.db");
        _history = Histories.At(_file);
    }

    public void Dispose()
    {
        Histories.Close(_file);
        _folder.Dispose();
    }

    private ScheduledFlow Flow(TimeSpan jitter = default) => new()
    {
        Name = "nightly",
        Path = Path.Combine(_folder.FullPath, "nightly.ps1"),
        Schedules = [new IntervalSchedule(TimeSpan.FromDays(1), Noon, TimeZoneInfo.Utc, jitter)],
        WorkingDirectory = _folder.FullPath,
        LogPath = Path.Combine(_folder.FullPath, "nightly.log"),
        Since = Noon,
    };

    private Task Run(ScheduledFlow flow, CancellationToken drain, CancellationToken stop, SemaphoreSlim? places = null)
    {
        var runner = new ScheduledRunner(_history, _file, new FakeTimeProvider(Noon), (_, _, _, _) => throw new InvalidOperationException("Nothing has failed."));
        Task running = runner.Run(new TickOrder(flow, [new ScheduledTick(Noon.AddDays(-1), IsMissed: true), new ScheduledTick(Noon)], _ended.Add) { Drain = drain, Stop = stop, Places = places });
        Assert.True(SpinWait.SpinUntil(() => _history.Schedules.Known("nightly").Last == Noon, TimeSpan.FromSeconds(60)), "Nothing was claimed.");
        return running;
    }

    /// <summary>If a container is replaced while a tick waits for its jitter or for a place, the night's run must not be lost.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_has_not_begun_when_the_scheduler_ends_is_nobodys_and_counts_as_missed(bool isDrained)
    {
        using var end = new CancellationTokenSource();
        using var places = new SemaphoreSlim(0);
        Task running = Run(Flow(TimeSpan.FromHours(1)), isDrained ? end.Token : default, isDrained ? default : end.Token, places);
        await end.CancelAsync();
        await running.WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(["It had not begun when this process was told to end, and counts as missed."], _ended.Select(run => run.Message).Distinct());
        Assert.Equal(2, _ended.Count);
        Assert.Equivalent(new KnownTicks(Last: null, [Noon.AddDays(-1), Noon]), _history.Schedules.Known("nightly"));
        Assert.False(File.Exists(Path.Combine(_folder.FullPath, "nightly.log")));
    }

    [Fact]
    public async Task What_another_process_has_ended_meanwhile_is_not_started()
    {
        using var places = new SemaphoreSlim(0);
        Task running = Run(Flow(), drain: default, stop: default, places);
        foreach (TickRow row in _history.Schedules.Last("nightly", 2))
        {
            Assert.True(_history.Schedules.Change(row with { State = StateType.Cancelled, EndTime = Noon }));
        }

        places.Release(2);
        await running.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(["Another run took its place before it began."], _ended.Select(run => run.Message).Distinct());
        Assert.Equal(2, places.CurrentCount);
    }
}
