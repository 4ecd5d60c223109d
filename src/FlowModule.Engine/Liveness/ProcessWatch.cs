using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Liveness;

/// <summary>Finds out whether processes of a history live, and remembers what it has seen of them.</summary>
/// <param name="presence">How the processes of the history see each other.</param>
/// <param name="time">The clock.</param>
internal sealed class ProcessWatch(IProcessPresence presence, TimeProvider time)
{
    /// <summary>
    /// The longest time that one check may add to a process's silence. The machine may have slept since the last check, and the processes
    /// that woke with it have not all sent a heartbeat yet.
    /// </summary>
    internal static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(30);

    private readonly object _gate = new();
    private readonly Dictionary<Guid, Sight> _sights = [];

    internal ProcessLiveness LivenessOf(ProcessRecord process) => LivenessRule.Decide(Look(process));

    /// <summary>Collects all evidence about a process.</summary>
    internal LivenessEvidence Look(ProcessRecord process) => new(
        process.EndTime is not null,
        process.Identity.HasLock ? presence.Look(process.Identity.Key) : LockEvidence.None,
        ProcessTable.Look(process.Identity),
        time.GetUtcNow() - process.Heartbeat,
        SilenceOf(process));

    private TimeSpan SilenceOf(ProcessRecord process)
    {
        long now = time.GetTimestamp();
        lock (_gate)
        {
            TimeSpan silent = TimeSpan.Zero;
            if (_sights.TryGetValue(process.Identity.Key, out Sight? last) && last.Heartbeat == process.Heartbeat)
            {
                TimeSpan look = time.GetElapsedTime(last.Looked, now);
                silent = last.Silent + (look < LongestLook ? look : LongestLook);
            }

            _sights[process.Identity.Key] = new Sight(process.Heartbeat, silent, now);
            return silent;
        }
    }

    internal void Forget(Guid key)
    {
        lock (_gate)
        {
            _sights.Remove(key);
        }
    }

    private sealed record Sight(DateTimeOffset Heartbeat, TimeSpan Silent, long Looked);
}
