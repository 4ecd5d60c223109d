using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Liveness;

/// <summary>Finds out whether processes of a history live, and remembers what it has seen of them.</summary>
/// <param name="presence">How the processes of the history see each other.</param>
/// <param name="time">The clock.</param>
internal sealed class ProcessWatch(IProcessPresence presence, TimeProvider time)
{
    /// <summary>
    /// How much of the time since the last look counts. A machine may have slept in between, and not all that woke up with it has
    /// given a sign of life yet.
    /// </summary>
    internal static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(30);

    private readonly object _gate = new();
    private readonly Dictionary<Guid, Sight> _sights = [];

    internal ProcessLiveness LivenessOf(ProcessRecord process) => LivenessRule.Decide(Look(process));

    /// <summary>All that can be known of a process from here.</summary>
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
