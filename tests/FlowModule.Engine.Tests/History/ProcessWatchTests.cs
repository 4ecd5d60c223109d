using FlowModule.Engine.Liveness;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Engine.Tests.History;

/// <summary>Processes that only a heartbeat shows: those of another machine, without a lock.</summary>
public sealed class ProcessWatchTests : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(15);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("FlowModule.Tests-");
    private readonly ProcessWatch _watch;
    private readonly Guid _key = Guid.NewGuid();

    public ProcessWatchTests() => _watch = new ProcessWatch(new FilePresence(History), _time);

    private string History => Path.Combine(_folder.FullName, "history.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void One_that_gives_no_sign_of_life_for_minutes_of_looking_is_dead()
    {
        ProcessRecord process = Elsewhere(_time.GetUtcNow());

        Assert.Equal(ProcessLiveness.Unknown, Watch(process, TimeSpan.FromMinutes(4)));
        Assert.Equal(ProcessLiveness.Dead, Watch(process, TimeSpan.FromMinutes(2)));
    }

    [Fact]
    public void An_old_heartbeat_is_nothing_to_one_who_looks_for_the_first_time()
    {
        Assert.Equal(ProcessLiveness.Unknown, _watch.LivenessOf(Elsewhere(_time.GetUtcNow() - TimeSpan.FromDays(1))));
    }

    [Fact]
    public void Each_sign_of_life_begins_the_silence_anew_even_one_from_a_clock_that_steps_back()
    {
        DateTimeOffset heartbeat = _time.GetUtcNow() - TimeSpan.FromHours(1);
        Watch(Elsewhere(heartbeat), TimeSpan.FromMinutes(4));

        Assert.Equal(ProcessLiveness.Unknown, Watch(Elsewhere(heartbeat - TimeSpan.FromHours(1)), TimeSpan.FromMinutes(4)));
    }

    [Fact]
    public void Time_in_which_nobody_looked_is_no_silence_the_machine_may_have_slept()
    {
        ProcessRecord process = Elsewhere(_time.GetUtcNow());
        Watch(process, TimeSpan.FromMinutes(1));
        _time.Advance(TimeSpan.FromHours(9));

        Assert.Equal(ProcessLiveness.Unknown, _watch.LivenessOf(process));
    }

    [Fact]
    public void A_clock_that_steps_forward_makes_nobody_dead()
    {
        ProcessRecord process = Elsewhere(_time.GetUtcNow());
        Watch(process, TimeSpan.FromMinutes(1));
        _time.AdjustTime(_time.GetUtcNow() + TimeSpan.FromHours(2));

        Assert.Equal(ProcessLiveness.Unknown, _watch.LivenessOf(process));
    }

    [Fact]
    public void A_lock_that_is_held_is_found_held_and_one_that_was_let_go_free()
    {
        using ProcessLock held = ProcessLock.Take(History, _key);
        Assert.True(held.IsSeen);
        ProcessRecord process = Own(hasLock: true);

        Assert.Equal(LockEvidence.Held, _watch.Look(process).Lock);
        held.Dispose();
        Assert.Equal(LockEvidence.None, _watch.Look(process).Lock);
        File.WriteAllText(ProcessLock.PathOf(History, _key), string.Empty);
        Assert.Equal(LockEvidence.Free, _watch.Look(process).Lock);
    }

    [Fact]
    public void Trying_a_lock_takes_it_from_nobody()
    {
        using ProcessLock held = ProcessLock.Take(History, _key);

        Assert.Equal([LockEvidence.Held, LockEvidence.Held], Enumerable.Range(0, 2).Select(_ => ProcessLock.Try(History, _key)));
    }

    [Fact]
    public void Who_tries_a_lock_is_not_taken_for_its_holder_by_another_who_does()
    {
        Directory.CreateDirectory(History + ".processes");
        File.WriteAllText(ProcessLock.PathOf(History, _key), string.Empty);

        using (ProcessLock.OpenToTry(History, _key))
        {
            Assert.Equal(LockEvidence.Free, ProcessLock.Try(History, _key));
            ProcessLock.Remove(History, _key);
        }

        Assert.Equal(LockEvidence.None, ProcessLock.Try(History, _key));
    }

    [Fact]
    public void Where_no_lock_can_be_had_the_process_goes_without()
    {
        File.WriteAllText(History + ".processes", "a file where the folder should be");

        using ProcessLock held = ProcessLock.Take(History, _key);

        Assert.False(held.IsSeen);
    }

    [Fact]
    public void This_process_is_seen_running_and_another_that_had_its_id_is_gone()
    {
        ProcessRecord own = Own(hasLock: false);

        Assert.Equal(ProcessLiveness.Alive, _watch.LivenessOf(own));
        Assert.Equal(ProcessLiveness.Dead, _watch.LivenessOf(own with { Identity = own.Identity with { Birth = own.Identity.Birth - 1 } }));
    }

    [Fact]
    public void A_reused_id_does_not_make_one_dead_that_holds_its_lock()
    {
        using ProcessLock held = ProcessLock.Take(History, _key);
        ProcessRecord own = Own(hasLock: true);

        Assert.Equal(ProcessLiveness.Alive, _watch.LivenessOf(own with { Identity = own.Identity with { Birth = own.Identity.Birth - 1 } }));
    }

    /// <summary>Looks every few seconds, like the history, and returns the result of the last look.</summary>
    private ProcessLiveness Watch(ProcessRecord process, TimeSpan time)
    {
        ProcessLiveness liveness = _watch.LivenessOf(process);
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += Look)
        {
            _time.Advance(Look);
            liveness = _watch.LivenessOf(process);
        }

        return liveness;
    }

    private ProcessRecord Elsewhere(DateTimeOffset heartbeat) => new()
    {
        Number = 1,
        Identity = new ProcessIdentity(_key, "elsewhere", 1, "another space", 1, heartbeat, HasLock: false),
        Heartbeat = heartbeat,
    };

    private ProcessRecord Own(bool hasLock) => new() { Number = 1, Identity = ProcessTable.Own(_key, hasLock), Heartbeat = _time.GetUtcNow() };
}
