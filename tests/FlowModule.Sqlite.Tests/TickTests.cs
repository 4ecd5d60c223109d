using FlowModule.Engine.History;
using FlowModule.Engine.Liveness;
using FlowModule.Engine.Schedules;
using FlowModule.Engine.Schedules.Ticks;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Tests.Support;
using FlowModule.Sqlite.Tests.Support;

namespace FlowModule.Sqlite.Tests;

/// <summary>How processes come to an agreement on the times of scheduled flows.</summary>
public sealed class TickTests : IDisposable
{
    private readonly TestFile _file = new();
    private readonly RunHistory _other;

    public TickTests() => _other = _file.Open();

    public void Dispose() => _file.Dispose();

    private DateTimeOffset Noon => new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void One_time_is_taken_once()
    {
        TickClaim first = _file.History.Schedules.Claim(Flow(MultipleInstances.Parallel), [new ScheduledTick(Noon)])[0];
        TickClaim second = _other.Schedules.Claim(Flow(MultipleInstances.Parallel) with { Name = "NIGHTLY" }, [new ScheduledTick(Noon)])[0];

        Assert.Equal((TickClaimKind.Started, TickClaimKind.AlreadyTaken), (first.Kind, second.Kind));
        Assert.Equal(first.Tick.Id, second.Tick.Id);
    }

    [Theory]
    [InlineData(MultipleInstances.IgnoreNew, TickClaimKind.Skipped)]
    [InlineData(MultipleInstances.Queue, TickClaimKind.Waits)]
    [InlineData(MultipleInstances.Parallel, TickClaimKind.Started)]
    [InlineData(MultipleInstances.StopExisting, TickClaimKind.Waits)]
    internal void While_another_runs_the_flow_says_what_happens(MultipleInstances policy, TickClaimKind expected)
    {
        TickRow running = _file.History.Schedules.Claim(Flow(policy), [new ScheduledTick(Noon)])[0].Tick;

        Assert.Equal(expected, Claim(_other, policy, 1).Kind);

        End(_file.History, running);
        Assert.Equal(policy is MultipleInstances.Queue or MultipleInstances.StopExisting ? TickClaimKind.Waits : TickClaimKind.Started, Claim(_other, policy, 2).Kind);
    }

    [Fact]
    public void Nothing_runs_beside_a_flow_of_another_name()
    {
        Claim(_file.History, MultipleInstances.IgnoreNew, 0);

        Assert.Equal(TickClaimKind.Started, _other.Schedules.Claim(Flow(MultipleInstances.IgnoreNew) with { Name = "other" }, [new ScheduledTick(Noon)])[0].Kind);
    }

    [Fact]
    public void What_was_skipped_says_why_and_with_which_exit_code()
    {
        Claim(_file.History, MultipleInstances.IgnoreNew, 0);

        FlowScheduleRun run = Claim(_other, MultipleInstances.IgnoreNew, 1).Tick.ToRun();

        Assert.Equal((StateType.Cancelled, "Skipped", 4), (run.State, run.StateName, run.ExitCode));
        Assert.Contains("has not ended", run.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_queue_goes_in_the_order_of_its_claims()
    {
        TickRow first = Claim(_file.History, MultipleInstances.Queue, 0).Tick;
        TickRow second = Claim(_other, MultipleInstances.Queue, 2).Tick;
        TickRow third = Claim(_file.History, MultipleInstances.Queue, 1).Tick;

        Assert.Equal([first.Id, second.Id], _file.History.Schedules.Ahead(third).Before.Select(tick => tick.Id));
        End(_file.History, first);
        Assert.Empty(_other.Schedules.Ahead(second).Before);
        Assert.Equal([second.Id], _file.History.Schedules.Ahead(third).Before.Select(tick => tick.Id));
    }

    [Fact]
    public void A_time_whose_process_has_died_is_crashed_and_told_once()
    {
        RunHistory dead = DeadProcess.Of(_file);
        TickRow lost = Begin(dead, Claim(dead, MultipleInstances.IgnoreNew, 0).Tick);

        TickClaim next = Claim(_other, MultipleInstances.IgnoreNew, 1);
        TickClaim last = _file.History.Schedules.Claim(Flow(MultipleInstances.Parallel), [new ScheduledTick(Noon.AddHours(2))])[0];

        Assert.Equal(TickClaimKind.Started, next.Kind);
        TickRow crashed = Assert.Single(next.Crashed);
        Assert.Equal((lost.Id, StateType.Crashed, 1), (crashed.Id, crashed.State, crashed.ExitCode));
        Assert.Contains("died", crashed.Message, StringComparison.Ordinal);
        Assert.Empty(last.Crashed);
    }

    [Fact]
    public void Those_of_all_flows_are_found_at_once_but_for_those_that_others_tell_of()
    {
        RunHistory dead = DeadProcess.Of(_file);
        foreach (string name in new[] { "nightly", "hourly", "another's" })
        {
            Begin(dead, dead.Schedules.Claim(Flow(MultipleInstances.IgnoreNew) with { Name = name }, [new ScheduledTick(Noon)])[0].Tick);
        }

        Assert.Equal([("nightly", Noon, StateType.Crashed), ("hourly", Noon, StateType.Crashed)], Sweep().Select(tick => (tick.Name, tick.Time, tick.State)));
        Assert.Empty(Sweep());
        Assert.Single(_other.Schedules.Sweep(_ => true));

        IReadOnlyList<TickRow> Sweep() => _file.History.Schedules.Sweep(name => name != "another's");
    }

    [Fact]
    public void A_time_whose_script_still_runs_is_not_over_though_its_process_has_died()
    {
        RunHistory dead = DeadProcess.Of(_file);
        TickRow lost = Claim(dead, MultipleInstances.IgnoreNew, 0).Tick;
        dead.Schedules.Change(lost with { State = StateType.Running, Script = new TickProcess(Environment.ProcessId, ProcessTable.BirthOf(Environment.ProcessId)!.Value) });

        Assert.Equal(TickClaimKind.Skipped, Claim(_other, MultipleInstances.IgnoreNew, 1).Kind);

        dead.Schedules.Change(lost with { State = StateType.Running, Script = new TickProcess(Environment.ProcessId, 1) });
        Assert.Equal(TickClaimKind.Started, Claim(_other, MultipleInstances.IgnoreNew, 2).Kind);
    }

    [Fact]
    public void One_that_was_taken_for_dead_does_not_change_what_was_said_of_it()
    {
        RunHistory dead = DeadProcess.Of(_file);
        TickRow lost = Begin(dead, Claim(dead, MultipleInstances.IgnoreNew, 0).Tick);
        Claim(_other, MultipleInstances.IgnoreNew, 1);

        End(dead, lost);

        Assert.Equal(StateType.Crashed, _other.Schedules.Last("nightly", 2)[^1].State);
    }

    [Fact]
    public void StopExisting_reaches_the_one_that_runs_at_its_next_tick()
    {
        string? told = null;
        TickRow running = Claim(_file.History, MultipleInstances.StopExisting, 0).Tick;
        using IDisposable asked = _file.History.Schedules.WhenAskedToStop(running, reason => told = reason);
        _file.History.Tick();
        Assert.Null(told);

        Claim(_other, MultipleInstances.StopExisting, 1);
        _file.History.Tick();

        Assert.Contains("takes its place", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wish_to_stop_is_heard_that_came_before_anybody_listened()
    {
        string? told = null;
        TickRow running = Claim(_file.History, MultipleInstances.StopExisting, 0).Tick;
        Claim(_file.History, MultipleInstances.StopExisting, 1);
        _file.History.Tick();

        using IDisposable asked = _file.History.Schedules.WhenAskedToStop(running, reason => told = reason);
        _file.History.Tick();

        Assert.NotNull(told);
    }

    [Fact]
    public void The_last_time_is_that_of_the_schedule_and_not_that_of_a_person()
    {
        Claim(_file.History, MultipleInstances.Parallel, 0);
        _file.History.Schedules.Claim(Flow(MultipleInstances.Parallel), [new ScheduledTick(Noon.AddDays(1), IsManual: true)]);

        Assert.Equal(Noon, _other.Schedules.Known("Nightly").Last);
        Assert.Contains(_other.Schedules.Last("nightly", 10), tick => tick.Time == Noon);
        Assert.DoesNotContain(_other.Schedules.Last("nightly", 10), tick => tick.Time == Noon.AddHours(1));
    }

    [Fact]
    public void Old_times_go_but_the_last_stays_from_which_is_counted_what_was_missed()
    {
        foreach (int hour in Enumerable.Range(0, 3))
        {
            End(_file.History, Claim(_file.History, MultipleInstances.Parallel, hour).Tick);
        }

        _file.Time.Advance(TimeSpan.FromDays(400));
        _file.History.Prune();

        Assert.Equal([Noon.AddHours(2)], _file.History.Schedules.Last("nightly", 10).Select(tick => tick.Time.ToUniversalTime()));
    }

    [Fact]
    public void Where_the_history_cannot_be_used_each_runs()
    {
        File.WriteAllText(_file.Path + ".other", "no database");
        var history = new RunHistory(HistoryAddress.OfFile(_file.Path + ".other"), new TestValues(), _file.Time, new SqliteBackend(), hasThread: false);

        TickClaim claim = history.Schedules.Claim(Flow(MultipleInstances.IgnoreNew), [new ScheduledTick(Noon)])[0];

        Assert.Equal((TickClaimKind.Started, 0), (claim.Kind, claim.Tick.Id));
        Assert.NotNull(history.TakeWarning());
    }

    /// <summary>What is made up for keeps neither itself from running nor can another process take it meanwhile.</summary>
    [Theory]
    [InlineData(MultipleInstances.IgnoreNew)]
    [InlineData(MultipleInstances.Queue)]
    [InlineData(MultipleInstances.StopExisting)]
    public void Times_that_are_taken_together_do_not_count_as_others(MultipleInstances policy)
    {
        ScheduledTick[] ticks = [new(Noon, IsMissed: true), new(Noon.AddHours(1), IsMissed: true), new(Noon.AddHours(2))];
        Assert.All(_file.History.Schedules.Claim(Flow(policy), ticks), claim => Assert.Equal(TickClaimKind.Started, claim.Kind));
        Assert.All(_other.Schedules.Claim(Flow(policy), ticks), claim => Assert.Equal(TickClaimKind.AlreadyTaken, claim.Kind));
        Assert.Equal(Noon.AddHours(2), _other.Schedules.Known("nightly").Last);
    }

    [Fact]
    public void A_time_that_is_given_back_is_nobodys()
    {
        TickRow tick = Claim(_file.History, MultipleInstances.IgnoreNew, 1).Tick;
        _file.History.Schedules.Release(tick);
        Assert.Null(_other.Schedules.Known("nightly").Last);
        Assert.Equal(TickClaimKind.Started, Claim(_other, MultipleInstances.IgnoreNew, 1).Kind);
    }

    [Fact]
    public void One_that_another_process_has_ended_is_not_changed_any_more()
    {
        TickRow tick = Claim(_file.History, MultipleInstances.Queue, 1).Tick;
        TickRow seen = Assert.Single(_other.Schedules.Last("nightly", 1));
        Assert.True(_other.Schedules.Change(seen with { State = StateType.Cancelled, EndTime = Noon }));
        Assert.False(_file.History.Schedules.Change(tick with { State = StateType.Running }));
        Assert.Equal(StateType.Cancelled, Assert.Single(_file.History.Schedules.Last("nightly", 1)).State);
    }

    /// <summary>As when the file was removed and begun anew: that a time is not there does not say that it is over.</summary>
    [Fact]
    public void One_that_is_not_there_any_more_goes_on()
    {
        TickRow tick = Claim(_file.History, MultipleInstances.Queue, 1).Tick;
        Execute("DELETE FROM tick");
        Assert.True(_file.History.Schedules.Change(tick with { State = StateType.Running }));
    }

    /// <summary>A disk that is full for a moment must not make a time look as if it went on for ever.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_end_that_could_not_be_written_is_written_at_the_next_look_and_before_the_next_time_is_taken(bool isSwept)
    {
        TickRow tick = Claim(_file.History, MultipleInstances.IgnoreNew, 1).Tick;

        // As if nothing could be written: the table is not there.
        Execute("ALTER TABLE tick RENAME TO gone");
        _file.History.Schedules.Change(tick with { State = StateType.Completed, EndTime = Noon });
        Execute("ALTER TABLE gone RENAME TO tick");

        _file.Time.Advance(TimeSpan.FromMinutes(1));
        if (isSwept)
        {
            Assert.Empty(_file.History.Schedules.Sweep(_ => true));
            Assert.Equal(StateType.Completed, _other.Schedules.Last("nightly", 1)[0].State);
        }

        Assert.Equal(TickClaimKind.Started, Claim(_file.History, MultipleInstances.IgnoreNew, 2).Kind);
        Assert.Equal([StateType.Scheduled, StateType.Completed], _file.History.Schedules.Last("nightly", 2).Select(row => row.State));
    }

    /// <summary>A full disk may show only when a transaction is to be kept: what was done in it has then not happened.</summary>
    [Fact]
    public void What_could_not_be_kept_has_not_happened()
    {
        TickRow own = Claim(_file.History, MultipleInstances.Parallel, 1).Tick;
        RunHistory dead = DeadProcess.Of(_file);
        Begin(dead, Claim(dead, MultipleInstances.Parallel, 0).Tick);
        Execute("ALTER TABLE tick RENAME TO gone");
        _file.History.Schedules.Change(own with { State = StateType.Completed, EndTime = Noon });
        Execute("ALTER TABLE gone RENAME TO tick");
        _file.Time.Advance(TimeSpan.FromMinutes(1));

        BreakCommits();
        Assert.Empty(_file.History.Schedules.Sweep(_ => true));
        _file.Time.Advance(TimeSpan.FromMinutes(1));
        TickClaim claim = Claim(_file.History, MultipleInstances.Parallel, 2);
        Assert.Equal((TickClaimKind.Started, 0L), (claim.Kind, claim.Tick.Id));
        Assert.Empty(claim.Crashed);
        _file.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(_file.History.Schedules.TryWriteEnds());

        MendCommits();
        _file.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(_file.History.Schedules.TryWriteEnds());
        Assert.Single(_file.History.Schedules.Sweep(_ => true));
        Assert.True(_file.History.Schedules.Change(claim.Tick with { State = StateType.Failed, EndTime = Noon }));
        Assert.Equal(
            [(Noon.AddHours(2), StateType.Failed), (Noon.AddHours(1), StateType.Completed), (Noon, StateType.Crashed)],
            _other.Schedules.Last("nightly", 9).Select(row => (row.Time, row.State)));
    }

    /// <summary>Transactions that change a time fail at their very end: they leave behind what refers to nothing.</summary>
    private void BreakCommits() => Execute(
        """
        CREATE TABLE whole(id INTEGER PRIMARY KEY);
        CREATE TABLE part(whole INTEGER REFERENCES whole(id) DEFERRABLE INITIALLY DEFERRED);
        CREATE TRIGGER adding AFTER INSERT ON tick BEGIN INSERT INTO part VALUES(1); END;
        CREATE TRIGGER changing AFTER UPDATE ON tick BEGIN INSERT INTO part VALUES(1); END;
        """);

    private void MendCommits() => Execute("DROP TRIGGER adding; DROP TRIGGER changing; DROP TABLE part; DROP TABLE whole;");

    private void Execute(string sql)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_file.Path}");
        connection.Open();
        using Microsoft.Data.Sqlite.SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private TickClaim Claim(RunHistory history, MultipleInstances policy, int hour) => history.Schedules.Claim(Flow(policy), [new ScheduledTick(Noon.AddHours(hour))])[0];

    /// <summary>Has a time begun; the process of its script is gone when that of the history is.</summary>
    private static TickRow Begin(RunHistory history, TickRow tick)
    {
        TickRow begun = tick with { State = StateType.Running, Script = new TickProcess(Environment.ProcessId, 1) };
        Assert.True(history.Schedules.Change(begun));
        return begun;
    }

    private void End(RunHistory history, TickRow tick) => history.Schedules.Change(tick with { State = StateType.Completed, EndTime = _file.Time.GetUtcNow() });

    private ScheduledFlow Flow(MultipleInstances policy) => new()
    {
        Name = "nightly",
        Path = "/nightly.ps1",
        WorkingDirectory = "/",
        LogPath = "/nightly.log",
        Schedules = [new IntervalSchedule(TimeSpan.FromHours(1), Noon, TimeZoneInfo.Utc, TimeSpan.Zero)],
        MultipleInstances = policy,
        Since = Noon.AddDays(-1),
    };
}
