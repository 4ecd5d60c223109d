namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>A time of a scheduled flow as the history keeps it.</summary>
internal sealed record TickRow
{
    /// <summary>Its number: who was there first has the smaller one.</summary>
    internal long Id { get; init; }

    /// <summary>The name that the flow is registered under.</summary>
    internal required string Name { get; init; }

    internal required DateTimeOffset Time { get; init; }

    internal bool IsMissed { get; init; }

    internal bool IsManual { get; init; }

    /// <summary>The number of the process that sees to it.</summary>
    internal long Process { get; init; }

    /// <summary>Whether that is this process.</summary>
    internal bool IsOwn { get; init; }

    /// <summary>The process that the script runs in, once there is one.</summary>
    internal TickProcess? Script { get; init; }

    /// <summary>Whether its script has been started.</summary>
    internal bool HasBegun => Script is not null;

    internal required StateType State { get; init; }

    /// <summary>What a person reads; null for the state's type.</summary>
    internal string? StateName { get; init; }

    internal string? Message { get; init; }

    internal DateTimeOffset? StartTime { get; init; }

    internal DateTimeOffset? EndTime { get; init; }

    internal int ExitCode { get; init; }

    internal bool IsLate { get; init; }

    internal string? LogPath { get; init; }

    /// <summary>Whether it waits or runs.</summary>
    internal bool IsOpen => !FlowState.IsFinalType(State);

    internal FlowScheduleRun ToRun() => new()
    {
        Name = Name,
        ScheduledTime = Time,
        State = State,
        StateName = StateName ?? FlowState.NameOf(State),
        Message = Message,
        StartTime = StartTime,
        EndTime = EndTime,
        ExitCode = ExitCode,
        IsLate = IsLate,
        LogPath = LogPath,
    };
}

/// <summary>A process of the machine that the one which sees to a time is on.</summary>
/// <param name="ProcessId">Its id.</param>
/// <param name="Birth">What tells it from another that has the same id later; 0 when that cannot be told.</param>
internal sealed record TickProcess(int ProcessId, long Birth);
