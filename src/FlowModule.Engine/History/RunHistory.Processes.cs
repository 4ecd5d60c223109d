using FlowModule.Engine.Liveness;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History;

/// <content>This process as one that records runs, and the others: which of them are gone, and what becomes of their runs.</content>
internal sealed partial class RunHistory
{
    /// <summary>How often this process gives a sign of life while runs are active.</summary>
    internal static readonly TimeSpan BeatEach = TimeSpan.FromSeconds(10);

    /// <summary>How long a look for processes that are gone is good for those who ask in passing.</summary>
    internal static readonly TimeSpan SweepAfter = TimeSpan.FromSeconds(3);

    /// <summary>How often they are looked for while runs are active here.</summary>
    internal static readonly TimeSpan SweepEach = TimeSpan.FromSeconds(15);

    private readonly Guid _key = Guid.NewGuid();
    private readonly ProcessWatch _watch;
    private ProcessLock? _lock;
    private IHistoryStore? _registeredIn;
    private long _beatAt;
    private long? _sweptAt;
    private bool _hasRecorded;
    private volatile bool _hasLeftHooks;

    /// <summary>Whether a process of this history lives.</summary>
    internal ProcessLiveness LivenessOf(ProcessRecord process) => process.Identity.Key == _key ? ProcessLiveness.Alive : _watch.LivenessOf(process);

    /// <summary>
    /// Finds runs whose process is gone, and ends them: Crashed. To be called by whoever is about to look at runs, in passing: it does
    /// nothing when that was done a moment ago, and no harm where the history cannot be written.
    /// </summary>
    /// <param name="takesHook">Whether the caller calls the hook that it is given, and then asks for the next; else they are left for one who does.</param>
    /// <param name="isUrgent">Whether to look even if that was done a moment ago.</param>
    internal CrashSweep SweepCrashed(bool takesHook = false, bool isUrgent = false)
    {
        try
        {
            lock (_writeGate)
            {
                bool isDue = isUrgent || IsDue(_sweptAt, SweepAfter);
                if (!(isDue || (takesHook && _hasLeftHooks)) || OpenStore() is not { } store)
                {
                    return CrashSweep.Nothing;
                }

                List<Guid> ended = isDue ? Sweep(store) : [];
                return new CrashSweep(ended, takesHook ? TakeHook(store) : null);
            }
        }
        catch (HistoryException)
        {
            // Who looks next finds them; and who cannot look at all is told so by what comes after this.
            return CrashSweep.Nothing;
        }
    }

    private List<Guid> Sweep(IHistoryStore store)
    {
        _sweptAt = _time.GetTimestamp();
        var ended = new List<Guid>();
        foreach (ProcessRecord process in store.Processes.Open())
        {
            ProcessLiveness liveness = LivenessOf(process);
            if (liveness is ProcessLiveness.Dead or ProcessLiveness.Ended)
            {
                StateType type = process.KillReason is null ? StateType.Crashed : StateType.Cancelled;
                ended.AddRange(store.Processes.EndRuns(process, type, seen => CrashSweep.Describe(process, liveness, seen)));
                _watch.Forget(process.Identity.Key);
                ProcessLock.Remove(Location, process.Identity.Key);
            }
        }

        _hasLeftHooks |= ended.Count > 0;
        return ended;
    }

    /// <summary>One at a time: what is taken is lost when the call of the one before it does not return.</summary>
    private (FlowRunRecord Run, string Script)? TakeHook(IHistoryStore store)
    {
        while (store.Processes.TakeHook() is { } hook)
        {
            _hasLeftHooks = true;
            if (Find(store, new RunQuery { Ids = [hook.Run] }) is [var run])
            {
                return (run, hook.Script);
            }
        }

        _hasLeftHooks = false;
        return null;
    }

    /// <summary>Sees that the store knows this process, and that it lives: before it writes anything of its own. Under the write gate.</summary>
    private void Register(IHistoryStore store)
    {
        if (_registeredIn == store)
        {
            if (!IsDue(_beatAt, BeatEach))
            {
                return;
            }

            if (store.Processes.Beat(_time.GetUtcNow()))
            {
                _beatAt = _time.GetTimestamp();
                return;
            }
        }

        // The lock first: whoever finds this process in the store must find it locked.
        if (_lock is not { IsThere: true })
        {
            _lock?.Dispose();
            _lock = ProcessLock.Take(Location, _key);
        }

        store.Processes.Register(ProcessTable.Own(_key, _lock.Excludes), _time.GetUtcNow());
        _registeredIn = store;
        _beatAt = _time.GetTimestamp();
    }

    /// <summary>What the history's thread does about processes. Under the write gate.</summary>
    private void TickProcesses(IHistoryStore store)
    {
        if (_registeredIn is not null)
        {
            Register(store);
        }

        if (IsDue(_sweptAt, SweepEach))
        {
            Sweep(store);
        }
    }

    /// <summary>This process ends, and has nothing more to record. Under the write gate.</summary>
    private void EndProcess()
    {
        if (_store is { } store && _registeredIn == store)
        {
            Guard(store, store => store.Processes.End(_time.GetUtcNow(), _hasRecorded));
        }

        ReleaseLock();
    }

    private void ReleaseLock()
    {
        _lock?.Dispose();
        _lock = null;
    }
}
