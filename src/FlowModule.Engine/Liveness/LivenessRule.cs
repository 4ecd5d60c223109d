using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Liveness;

/// <summary>
/// Decides whether a process is dead. If in doubt, it waits: a running run that is marked Crashed is a false alarm, and resuming it would
/// execute it twice.
/// </summary>
internal static class LivenessRule
{
    /// <summary>The age that the last heartbeat needs if there is no other evidence.</summary>
    internal static readonly TimeSpan SilentFor = TimeSpan.FromMinutes(5);

    internal static ProcessLiveness Decide(in LivenessEvidence evidence)
    {
        if (evidence.HasEnded)
        {
            return ProcessLiveness.Ended;
        }

        // The kernel releases the lock exactly when the process dies, even if the process is busy, stopped or suspended.
        if (evidence.Lock == LockEvidence.Held)
        {
            return ProcessLiveness.Alive;
        }

        switch (evidence.Process)
        {
            case ProcessEvidence.Running:
                return ProcessLiveness.Alive;
            case ProcessEvidence.Gone:
                return ProcessLiveness.Dead;
            case ProcessEvidence.OutOfSight when evidence.Lock == LockEvidence.Free:
                // The process belongs to another container, or to the time before the last boot.
                return ProcessLiveness.Dead;
            default:
                // Clocks jump and differ, and after a sleep the stored heartbeats are old. So the process must also be silent while this process watches it.
                return evidence.Age >= SilentFor && evidence.SeenSilentFor >= SilentFor ? ProcessLiveness.Dead : ProcessLiveness.Unknown;
        }
    }
}

/// <summary>The evidence about a process that this process can collect.</summary>
/// <param name="HasEnded">Whether the process has recorded its end.</param>
/// <param name="Lock">The state of its lock.</param>
/// <param name="Process">The answer of the operating system.</param>
/// <param name="Age">The age of its last heartbeat, by the clocks of both sides.</param>
/// <param name="SeenSilentFor">For how long this process has seen no heartbeat from it.</param>
internal readonly record struct LivenessEvidence(
    bool HasEnded, LockEvidence Lock, ProcessEvidence Process, TimeSpan Age, TimeSpan SeenSilentFor);

internal enum ProcessEvidence
{
    /// <summary>The process is not visible from here: it belongs to another machine or container, or to an earlier boot.</summary>
    OutOfSight,

    /// <summary>A process with this id exists, but it may be a different one.</summary>
    Unclear,

    /// <summary>It is running.</summary>
    Running,

    /// <summary>No process has this id, or a different process has it now.</summary>
    Gone,
}
