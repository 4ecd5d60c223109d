using FlowModule.Engine.Liveness;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History;

/// <summary>Finds the processes of a history that are gone, and ends their runs. Under the gate of the store.</summary>
/// <param name="own">This process.</param>
/// <param name="presence">How processes of the history see each other.</param>
/// <param name="time">The clock.</param>
internal sealed class CrashSweeper(OwnProcess own, IProcessPresence presence, TimeProvider time)
{
    private readonly ProcessWatch _watch = new(presence, time);
    private long? _sweptAt;
    private volatile bool _hasLeftHooks;

    /// <summary>Whether a process of the history lives. May be asked at any time.</summary>
    internal ProcessLiveness LivenessOf(ProcessRecord process) => own.Is(process) ? ProcessLiveness.Alive : _watch.LivenessOf(process);

    internal bool IsDue(TimeSpan interval) => time.IsDue(_sweptAt, interval);

    /// <summary>Whether somebody may have left a hook that is still to be called.</summary>
    internal bool HasLeftHooks => _hasLeftHooks;

    internal List<Guid> Sweep(IHistoryStore store)
    {
        _sweptAt = time.GetTimestamp();
        var ended = new List<Guid>();
        foreach (ProcessRecord process in store.Processes.Open())
        {
            ProcessLiveness liveness = LivenessOf(process);
            if (liveness is ProcessLiveness.Dead or ProcessLiveness.Ended)
            {
                StateType type = process.KillReason is null ? StateType.Crashed : StateType.Cancelled;
                ended.AddRange(store.Processes.EndRuns(process, type, seen => CrashReason.Describe(process, liveness, seen)));
                _watch.Forget(process.Identity.Key);
                presence.Forget(process.Identity.Key);
            }
        }

        _hasLeftHooks |= ended.Count > 0;
        return ended;
    }

    /// <summary>Takes one hook at a time: a taken hook is lost if the process dies before it has called it.</summary>
    internal CrashHook? TakeHook(IHistoryStore store)
    {
        CrashHook? hook = store.Processes.TakeHook();
        _hasLeftHooks = hook is not null;
        return hook;
    }
}
