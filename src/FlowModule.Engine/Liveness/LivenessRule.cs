using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Liveness;

/// <summary>
/// Says whether a process is gone. Rather too late than wrongly: a run that is called Crashed while it runs is a false alarm, and
/// would run twice when it is resumed.
/// </summary>
internal static class LivenessRule
{
    /// <summary>How old the last sign of life of a process must be when nothing else can tell of it.</summary>
    internal static readonly TimeSpan SilentFor = TimeSpan.FromMinutes(5);

    internal static ProcessLiveness Decide(in LivenessEvidence evidence)
    {
        if (evidence.HasEnded)
        {
            return ProcessLiveness.Ended;
        }

        // The kernel lets go of the lock when the process dies, and not before: however busy, stopped or suspended it is.
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
                // Another container, or the time before the last start of the machine.
                return ProcessLiveness.Dead;
            default:
                // Clocks step and differ, and a machine that wakes up has old times on disk: what counts is what was seen here as well.
                return evidence.Age >= SilentFor && evidence.SeenSilentFor >= SilentFor ? ProcessLiveness.Dead : ProcessLiveness.Unknown;
        }
    }
}

/// <summary>What can be known of a process from here.</summary>
/// <param name="HasEnded">Whether it has said that it ends.</param>
/// <param name="Lock">What its lock says.</param>
/// <param name="Process">What the operating system says.</param>
/// <param name="Age">How old its last sign of life is, by the clocks of both sides.</param>
/// <param name="SeenSilentFor">For how long it has given no sign of life while somebody here looked.</param>
internal readonly record struct LivenessEvidence(
    bool HasEnded, LockEvidence Lock, ProcessEvidence Process, TimeSpan Age, TimeSpan SeenSilentFor);

internal enum ProcessEvidence
{
    /// <summary>Processes of its kind cannot be seen from here: it is of another machine or container, or of an earlier start of this one.</summary>
    OutOfSight,

    /// <summary>There is a process of its id, and it cannot be said whether it is the same one.</summary>
    Unclear,

    /// <summary>It is there.</summary>
    Running,

    /// <summary>There is none of its id, or another has it by now.</summary>
    Gone,
}
