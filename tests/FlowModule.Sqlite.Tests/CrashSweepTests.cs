using FlowModule.Engine.History;
using FlowModule.Engine.Liveness;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Tests.Support;
using FlowModule.Sqlite.Tests.Support;

namespace FlowModule.Sqlite.Tests;

/// <summary>Runs of a dead process, from the view of a process that looks.</summary>
public sealed class CrashSweepTests : IDisposable
{
    private readonly TestFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void All_runs_of_a_process_that_was_killed_are_Crashed_and_say_which_it_was()
    {
        RunHistory dead = DeadProcess.Of(_file);
        FlowRun flow = _file.Start(history: dead);
        FlowRun subflow = _file.Start(flow, history: dead);
        FlowRun over = _file.Run(flow, history: dead);
        dead.WriteQueued();

        CrashSweep sweep = _file.History.SweepCrashed();

        Assert.Equal(new[] { flow.Id, subflow.Id }.Order(), sweep.Ended.Order());
        Assert.All(sweep.Ended, id =>
        {
            FlowRunRecord run = _file.History.Find(id)!;
            Assert.True(run.IsOver);
            Assert.Equal([StateType.Running, StateType.Crashed], run.States.Select(state => state.Type));
            Assert.Matches(
                $@"^Process {Environment.ProcessId} \(started [0-9: -]+\) died before the run had ended\. It was last seen at [0-9: -]+\.$", run.State.Message);
            Assert.Equal(run.State.Timestamp, run.EndTime);
        });
        Assert.Equal(StateType.Completed, _file.History.Find(over.Id)!.State.Type);
    }

    [Fact]
    public void What_another_machine_recorded_says_which_machine_it_was()
    {
        RunHistory dead = DeadProcess.Of(_file, machine: "night-server");
        FlowRun run = Begin(dead);

        _file.History.SweepCrashed();

        Assert.StartsWith($"Process {Environment.ProcessId} on night-server (started ", _file.History.Find(run.Id)!.State.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_run_ended_at_the_last_sign_of_life_of_its_process()
    {
        RunHistory dead = DeadProcess.Of(_file);
        FlowRun run = Begin(dead);
        _file.Time.Advance(TimeSpan.FromSeconds(7));
        _file.Log(run, 1);
        DateTimeOffset last = _file.Time.GetUtcNow();
        dead.WriteQueued();
        _file.Time.Advance(TimeSpan.FromHours(9));

        _file.History.SweepCrashed();

        Assert.Equal(last, _file.History.Find(run.Id)!.EndTime);
    }

    [Fact]
    public void A_heartbeat_is_a_sign_of_life()
    {
        RunHistory dead = DeadProcess.Of(_file);
        FlowRun run = Begin(dead);
        _file.Time.Advance(RunHistory.BeatEach);
        DateTimeOffset last = _file.Time.GetUtcNow();
        dead.Tick();
        _file.Time.Advance(TimeSpan.FromHours(9));

        _file.History.SweepCrashed();

        Assert.Equal(last, _file.History.Find(run.Id)!.EndTime);
    }

    [Fact]
    public void A_run_never_ends_before_its_last_state_whatever_the_clock_did()
    {
        RunHistory dead = DeadProcess.Of(_file);
        DateTimeOffset begun = _file.Time.GetUtcNow() + TimeSpan.FromHours(2);
        _file.Time.AdjustTime(begun);
        FlowRun run = Begin(dead);
        _file.Time.AdjustTime(begun - TimeSpan.FromHours(1));
        _file.Log(run, 1);
        dead.WriteQueued();

        _file.History.SweepCrashed();

        Assert.Equal(begun, _file.History.Find(run.Id)!.EndTime);
    }

    [Fact]
    public void Of_many_who_look_at_once_one_ends_the_runs_and_one_is_given_the_hook()
    {
        RunHistory dead = DeadProcess.Of(_file);
        FlowRun run = Begin(dead, hook: "'called'");
        RunHistory[] lookers = [.. Enumerable.Range(0, 6).Select(_ => _file.Open())];
        using var start = new Barrier(lookers.Length);

        CrashSweep[] sweeps = new CrashSweep[lookers.Length];
        Thread[] threads = [.. lookers.Select((history, i) => new Thread(() =>
        {
            start.SignalAndWait();
            sweeps[i] = history.SweepCrashed(takesHook: true);
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.Equal([run.Id], sweeps.SelectMany(sweep => sweep.Ended));
        (FlowRunRecord found, string script) = Assert.Single(sweeps, sweep => sweep.Hook is not null).Hook!.Value;
        Assert.Equal((run.Id, StateType.Crashed, "'called'"), (found.Id, found.State.Type, script));
        Assert.Equal(2, _file.Ask("SELECT count(*) FROM state"));
    }

    [Fact]
    public void A_hook_that_the_finder_cannot_call_is_left_for_one_who_can()
    {
        FlowRun run = Begin(DeadProcess.Of(_file), hook: "'called'");

        Assert.Null(_file.History.SweepCrashed().Hook);
        Assert.Equal(run.Id, _file.Open().SweepCrashed(takesHook: true).Hook?.Run.Id);
        Assert.Null(_file.Open().SweepCrashed(takesHook: true).Hook);
    }

    [Fact]
    public void A_hook_that_this_process_left_is_not_held_up_by_having_looked_a_moment_ago()
    {
        Begin(DeadProcess.Of(_file), hook: "'called'");

        Assert.Single(_file.History.SweepCrashed().Ended);
        Assert.NotNull(_file.History.SweepCrashed(takesHook: true).Hook);
    }

    [Fact]
    public void A_run_that_ends_in_its_process_leaves_no_hook()
    {
        RunHistory living = _file.Open();
        FlowRun run = Begin(living, hook: "'called'");
        Assert.Equal(1, _file.Ask("SELECT count(*) FROM hook"));

        run.Finish();
        living.WriteQueued();

        Assert.Equal(0, _file.Ask("SELECT count(*) FROM hook"));
    }

    [Fact]
    public void A_process_that_ends_in_order_and_leaves_a_run_is_told_in_other_words()
    {
        RunHistory other = _file.Open();
        FlowRun run = Begin(other);
        other.Dispose();

        _file.History.SweepCrashed();

        FlowRunRecord record = _file.History.Find(run.Id)!;
        Assert.Equal(StateType.Crashed, record.State.Type);
        Assert.Matches(@"^Process \d+ \(started [0-9: -]+\) ended at [0-9: -]+ before the run had ended\.$", record.State.Message);
    }

    [Fact]
    public void A_process_that_lives_keeps_its_runs_however_long_it_is_silent()
    {
        FlowRun run = Begin(_file.Open());
        for (int i = 0; i < 100; i++)
        {
            _file.Time.Advance(RunHistory.SweepEach);
            Assert.Empty(_file.History.SweepCrashed().Ended);
        }

        Assert.Equal(StateType.Running, _file.History.Find(run.Id)!.State.Type);
    }

    [Fact]
    public void A_process_of_another_machine_is_waited_for_and_found_by_the_ticks_of_a_long_run()
    {
        FlowRun run = Begin(DeadProcess.Of(_file, "elsewhere", identity => identity with { Space = "elsewhere" }));
        FlowRun long_ = Begin(_file.History);
        int looks = 0;
        for (; !_file.History.Find(run.Id)!.IsOver && looks < 100; looks++)
        {
            _file.Time.Advance(RunHistory.SweepEach);
            _file.History.Tick();
        }

        Assert.Equal(LivenessRule.SilentFor / RunHistory.SweepEach + 1, looks);
        Assert.False(_file.History.Find(long_.Id)!.IsOver);
    }

    [Fact]
    public void Looking_again_a_moment_later_asks_nobody_unless_it_is_urgent()
    {
        Assert.Empty(_file.History.SweepCrashed().Ended);
        FlowRun run = Begin(DeadProcess.Of(_file));

        Assert.Empty(_file.History.SweepCrashed().Ended);
        Assert.Equal([run.Id], _file.History.SweepCrashed(isUrgent: true).Ended);
        FlowRun next = Begin(DeadProcess.Of(_file));
        _file.Time.Advance(RunHistory.SweepAfter);
        Assert.Equal([next.Id], _file.History.SweepCrashed().Ended);
    }

    [Fact]
    public void A_run_that_waits_for_a_person_needs_no_process()
    {
        RunHistory dead = DeadProcess.Of(_file);
        FlowRun run = Begin(dead);
        _file.Ask($"UPDATE run SET type = {(int)StateType.Paused}, state = 'Suspended' RETURNING 1");

        Assert.Empty(_file.History.SweepCrashed().Ended);
        Assert.False(_file.History.Find(run.Id)!.IsOver);
    }

    [Fact]
    public void One_that_was_taken_for_dead_and_gives_a_sign_of_life_meanwhile_keeps_its_runs()
    {
        RunHistory living = _file.Open();
        FlowRun run = Begin(living);
        ProcessRecord seen = _file.History.Change(store => store.Processes.Of(run.Id))!;
        _file.Time.Advance(RunHistory.BeatEach);
        living.Tick();

        Assert.Empty(_file.History.Change(store => store.Processes.EndRuns(seen, StateType.Crashed, _ => "never")));
        Assert.False(_file.History.Find(run.Id)!.IsOver);
    }

    [Fact]
    public void One_that_was_wrongly_taken_for_dead_says_so_with_its_next_states()
    {
        RunHistory living = _file.Open();
        FlowRun run = Begin(living);
        ProcessRecord seen = _file.History.Change(store => store.Processes.Of(run.Id))!;
        Assert.Equal([run.Id], _file.History.Change(store => store.Processes.EndRuns(seen, StateType.Crashed, _ => "wrong")));

        _file.Time.Advance(RunHistory.BeatEach);
        run.Finish();
        living.WriteQueued();

        Assert.Equal([StateType.Running, StateType.Completed], _file.History.States(run.Id).Select(state => state.Type));
        Assert.Null(_file.History.Change(store => store.Processes.Of(run.Id))!.EndTime);
    }

    [Fact]
    public void A_process_that_a_person_had_ended_leaves_its_runs_Cancelled_and_no_hook()
    {
        RunHistory dead = DeadProcess.Of(_file);
        FlowRun run = Begin(dead, hook: "'called'");
        _file.History.Change(store =>
        {
            store.Requests.Add(new RunRequest(run.Id, RunRequestKind.Stop, "stop"));
            store.Processes.NoteKill(store.Processes.Of(run.Id)!.Number, "It was ended.");
            return true;
        });

        Assert.Null(_file.History.SweepCrashed(takesHook: true).Hook);

        FlowStateRecord state = _file.History.Find(run.Id)!.State;
        Assert.Equal((StateType.Cancelled, "It was ended."), (state.Type, state.Message));
        Assert.Equal(0, _file.Ask("SELECT (SELECT count(*) FROM hook) + (SELECT count(*) FROM request)"));
    }

    [Fact]
    public void A_process_holds_its_lock_from_its_first_record_to_its_end()
    {
        RunHistory other = _file.Open();
        Begin(other);
        string held = Assert.Single(_file.Locks);
        Assert.Throws<IOException>(() => File.Open(held, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose());

        other.Dispose();

        Assert.False(File.Exists(held));
        Assert.Equal(1, _file.Ask("SELECT count(*) FROM process WHERE ended IS NOT NULL"));
    }

    [Fact]
    public void One_whose_lock_was_removed_has_another_when_it_registers_again()
    {
        Begin(_file.History);
        string held = Assert.Single(_file.Locks);
        Directory.Delete(_file.Path + ".processes", recursive: true);
        _file.Ask("UPDATE process SET ended = heartbeat RETURNING 1");
        _file.Time.Advance(RunHistory.BeatEach);

        _file.History.Tick();

        Assert.Equal(LockEvidence.Held, ProcessLock.Try(_file.Path, Guid.ParseExact(Path.GetFileName(held), "N")));
    }

    [Fact]
    public void The_lock_of_one_that_was_killed_is_cleared_away()
    {
        Guid key = Guid.NewGuid();
        Begin(DeadProcess.Of(_file, change: identity => identity with { Key = key, HasLock = true }));
        string left = ProcessLock.PathOf(_file.Path, key);
        File.WriteAllText(left, string.Empty);

        Assert.Single(_file.History.SweepCrashed().Ended);

        Assert.False(File.Exists(left));
    }

    [Fact]
    public void One_that_only_looks_leaves_nothing_behind()
    {
        RunHistory looker = _file.Open();
        looker.Find(new RunQuery());
        looker.SweepCrashed();
        looker.Dispose();

        Assert.Equal(0, _file.Ask("SELECT count(*) FROM process"));
        Assert.Empty(_file.Locks);
    }

    private FlowRun Begin(RunHistory history, string? hook = null)
    {
        FlowRun run = new(new TestFlow(), parent: null, _file.Time);
        run.Recording = new RunRecording(history, run) { CrashHook = hook };
        Assert.True(run.TryStart());
        history.WriteQueued();
        return run;
    }
}
