namespace FlowModule;

/// <summary>One time of a scheduled flow, and what became of it. What <c>Invoke-FlowSchedule</c> gives.</summary>
public sealed record FlowScheduleRun
{
    /// <summary>The name that the flow is registered under.</summary>
    public required string Name { get; init; }

    /// <summary>The time at which it was to run.</summary>
    public required DateTimeOffset ScheduledTime { get; init; }

    /// <summary>How it ended: Completed, Failed, Crashed or Cancelled; Running and Scheduled before it has.</summary>
    public required StateType State { get; init; }

    /// <summary>What a person reads: usually the state's type; Skipped for one that was not run, and then <see cref="State"/> is Cancelled.</summary>
    public required string StateName { get; init; }

    /// <summary>Why it ended so, or null.</summary>
    public string? Message { get; init; }

    /// <summary>When its script was started, or null.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>When it ended, or null.</summary>
    public DateTimeOffset? EndTime { get; init; }

    /// <summary>What its process told the one that started it: 0 completed, 1 failed, 2 bad input, 3 cancelled, 4 skipped; else the script's own.</summary>
    public int ExitCode { get; init; }

    /// <summary>Whether it started later than it should have.</summary>
    public bool IsLate { get; init; }

    /// <summary>The file that its output is in, or null.</summary>
    public string? LogPath { get; init; }

    /// <summary>Whether another process has run the time, or runs it: this one has done nothing.</summary>
    internal bool IsElsewhere { get; init; }

    /// <inheritdoc/>
    public override string ToString() => StateName;
}
