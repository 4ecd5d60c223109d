using FlowModule.Engine.History;
using FlowModule.Engine.Schedules;
using FlowModule.Engine.Schedules.Ticks;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Sqlite.Tests.Support;

namespace FlowModule.Sqlite.Tests;

/// <summary>A claim is not a beginning: what happens to ticks that a process had claimed, and whose script it has not started.</summary>
public sealed class FreeTickTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly TestFile _file = new();
    private readonly RunHistory _dead;

    public FreeTickTests() => _dead = DeadProcess.Of(_file);

    public void Dispose() => _file.Dispose();

    private TickCoordinator Desk => _file.History.Schedules;

    [Theory]
    [InlineData(StateType.Scheduled)]
    [InlineData(StateType.Running)]
    public void A_time_whose_process_died_before_its_script_was_started_is_free_and_nobody_is_told(StateType state)
    {
        TickRow lost = Claim(_dead, 0);
        _dead.Schedules.Change(lost with { State = state });

        Assert.Empty(Desk.Sweep(_ => true));
        Assert.Equivalent(new KnownTicks(Last: null, [Noon]), Desk.Known("NIGHTLY"));
        Assert.Equal([("nightly", Noon)], Desk.Free(_ => true));
        Assert.Empty(Desk.Free(_ => false));
        TickRow seen = Assert.Single(Desk.Last("nightly", 9));
        Assert.Equal((StateType.Scheduled, true), (seen.State, seen.Message!.Contains("counts as missed", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(MultipleInstances.IgnoreNew)]
    [InlineData(MultipleInstances.Queue)]
    [InlineData(MultipleInstances.StopExisting)]
    public void It_keeps_no_other_from_running_and_is_taken_anew_once(MultipleInstances policy)
    {
        Claim(_dead, 0);
        RunHistory other = _file.Open();

        TickClaim next = Desk.Claim(Flow(MissedRuns.RunAll, policy), [new ScheduledTick(Noon.AddHours(1))])[0];
        TickClaim again = Desk.Claim(Flow(MissedRuns.RunAll, MultipleInstances.Parallel), [new ScheduledTick(Noon, IsMissed: true)])[0];

        Assert.Equal((TickClaimKind.Started, TickClaimKind.Started), (next.Kind, again.Kind));
        Assert.Empty(next.Crashed.Concat(again.Crashed));
        Assert.Equal(TickClaimKind.AlreadyTaken, other.Schedules.Claim(Flow(MissedRuns.RunAll, policy), [new ScheduledTick(Noon)])[0].Kind);
        Assert.Empty(Desk.Ahead(next.Tick).Before);
    }

    /// <summary>A process that is still alive: it counted as dead while the machine slept.</summary>
    [Fact]
    public void Who_was_taken_for_dead_does_not_begin_what_another_has_taken()
    {
        TickRow lost = Claim(_dead, 0);
        TickRow taken = Claim(_file.History, 0);

        Assert.False(_dead.Schedules.Change(lost with { State = StateType.Running }));
        _dead.Schedules.Release(lost);
        Assert.True(Desk.Change(taken with { State = StateType.Running }));
        Assert.Empty(Desk.Free(_ => true));
    }

    [Fact]
    public void What_is_free_lies_before_the_last_that_is_known_or_is_not_the_last()
    {
        Claim(_dead, 0);
        Claim(_file.History, 1);
        Claim(_dead, 2);
        Claim(_dead, 3);

        Assert.Equivalent(new KnownTicks(Noon.AddHours(1), [Noon, Noon.AddHours(2), Noon.AddHours(3)]), Desk.Known("nightly"));
    }

    [Theory]
    [InlineData(MissedRuns.RunAll, new[] { 0, 1, 2 })]
    [InlineData(MissedRuns.RunOnce, new[] { 2 })]
    public void The_one_run_that_makes_up_for_all_makes_up_for_those_before_it(MissedRuns missed, int[] left)
    {
        Claim(_dead, 0);
        Claim(_dead, 1);

        Desk.Claim(Flow(missed), [new ScheduledTick(Noon.AddHours(2), IsMissed: true)]);

        Assert.Equal(left.Select(hour => Noon.AddHours(hour)), Desk.Last("nightly", 9).Select(tick => tick.Time.ToUniversalTime()).Order());
    }

    [Fact]
    public void A_run_at_its_own_time_makes_up_for_none()
    {
        Claim(_dead, 0);

        Desk.Claim(Flow(MissedRuns.RunOnce), [new ScheduledTick(Noon.AddHours(2))]);

        Assert.Single(Desk.Free(_ => true));
    }

    [Fact]
    public void What_is_left_out_is_so_with_those_before_it()
    {
        Claim(_dead, 0);
        Claim(_dead, 1);
        Claim(_dead, 2);

        Desk.Skip(Flow(MissedRuns.Skip), Noon.AddHours(1), "Missed.");

        Assert.Equal([(Noon.AddHours(2), null), (Noon.AddHours(1), "Skipped")], Desk.Last("nightly", 9).Select(tick => (tick.Time.ToUniversalTime(), tick.StateName)));
        Assert.Equal([("nightly", Noon.AddHours(2))], Desk.Free(_ => true));
    }

    /// <summary>Nobody makes up for a manual tick; its failure is reported.</summary>
    [Fact]
    public void What_a_person_wanted_has_crashed()
    {
        _dead.Schedules.Claim(Flow(MissedRuns.RunAll), [new ScheduledTick(Noon, IsManual: true)]);

        Assert.Empty(Desk.Free(_ => true));
        Assert.Single(Desk.Sweep(_ => true));
    }

    /// <summary>A disk that is full for a moment must not make a running tick look as if it had not begun.</summary>
    [Fact]
    public void That_it_has_begun_is_written_later_when_it_cannot_be_now()
    {
        TickRow tick = Claim(_file.History, 0);
        Execute("ALTER TABLE tick RENAME TO gone");
        Desk.Change(tick with { State = StateType.Running, Script = new TickProcess(1, 1) });
        Execute("ALTER TABLE gone RENAME TO tick");
        _file.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.True(Desk.TryWriteEnds());

        Assert.True(Assert.Single(_file.Open().Schedules.Last("nightly", 1)).HasBegun);
    }

    private static TickRow Claim(RunHistory history, int hour) => history.Schedules.Claim(Flow(MissedRuns.RunAll), [new ScheduledTick(Noon.AddHours(hour))])[0].Tick;

    private static ScheduledFlow Flow(MissedRuns missed, MultipleInstances policy = MultipleInstances.Parallel) => new()
    {
        Name = "nightly",
        Path = "/nightly.ps1",
        WorkingDirectory = "/",
        LogPath = "/nightly.log",
        Schedules = [new IntervalSchedule(TimeSpan.FromHours(1), Noon, TimeZoneInfo.Utc, TimeSpan.Zero)],
        MultipleInstances = policy,
        Missed = missed,
        Since = Noon.AddDays(-1),
    };

    private void Execute(string sql)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_file.Path}");
        connection.Open();
        using Microsoft.Data.Sqlite.SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
