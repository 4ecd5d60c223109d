namespace FlowModule.Engine.Storage.Rows;

/// <summary>A tick of a scheduled flow in the history.</summary>
internal sealed record TickRow
{
    /// <summary>Its number: an earlier claim has a smaller one.</summary>
    internal long Id { get; init; }

    /// <summary>The name of the registration.</summary>
    internal required string Name { get; init; }

    /// <summary>The scheduled time, in whole microseconds: with the name it says which tick this is, and stores keep no finer times.</summary>
    internal required DateTimeOffset Time
    {
        get;
        init => field = value.AddTicks(-(value.Ticks % TimeSpan.TicksPerMicrosecond));
    }

    internal bool IsMissed { get; init; }

    internal bool IsManual { get; init; }

    /// <summary>The number of the process that supervises it.</summary>
    internal long Process { get; init; }

    /// <summary>Whether that is this process.</summary>
    internal bool IsOwn { get; init; }

    /// <summary>The process of the script, once it has started.</summary>
    internal TickProcess? Script { get; init; }

    /// <summary>Whether its script has started.</summary>
    internal bool HasBegun => Script is not null;

    internal required StateType State { get; init; }

    /// <summary>The name that people read; null if it is the state's type.</summary>
    internal string? StateName { get; init; }

    internal string? Message { get; init; }

    internal DateTimeOffset? StartTime { get; init; }

    internal DateTimeOffset? EndTime { get; init; }

    internal int ExitCode { get; init; }

    internal bool IsLate { get; init; }

    internal string? LogPath { get; init; }

    /// <summary>Whether it waits or runs.</summary>
    internal bool IsOpen => !FlowState.IsFinalType(State);
}

/// <summary>A process on the machine of the supervising process.</summary>
/// <param name="ProcessId">Its id.</param>
/// <param name="Birth">Its start, which distinguishes it from a later process with the same id; 0 if unknown.</param>
internal sealed record TickProcess(int ProcessId, long Birth);

/// <summary>A tick with the process that supervises it.</summary>
/// <param name="Tick">The tick.</param>
/// <param name="Process">The process; null if the tick has none, or the history does not know it any more.</param>
internal sealed record SupervisedTick(TickRow Tick, ProcessRecord? Process);

/// <summary>A tick that has lost its process.</summary>
/// <param name="Seen">The tick when this was found. One that has changed since is not lost.</param>
/// <param name="Crashed">What becomes of it. Null if it has not begun: then it is free, and can be claimed again.</param>
internal sealed record LostTick(TickRow Seen, TickRow? Crashed);
