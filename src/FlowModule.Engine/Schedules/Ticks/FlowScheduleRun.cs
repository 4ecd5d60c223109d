using FlowModule.Engine.Texts;

namespace FlowModule;

/// <summary>One occurrence of a scheduled flow, and its outcome. The output of <c>Invoke-FlowSchedule</c>.</summary>
public sealed record FlowScheduleRun : IFormattable
{
    /// <summary>The name of the registration.</summary>
    public required string Name { get; init; }

    /// <summary>The scheduled time.</summary>
    public required DateTimeOffset ScheduledTime { get; init; }

    /// <summary>How it ended: Completed, Failed, Crashed or Cancelled; Running and Scheduled before it has.</summary>
    public required StateType State { get; init; }

    /// <summary>The name that people read: usually the state's type; Skipped for an occurrence that did not run, and then <see cref="State"/> is Cancelled.</summary>
    public required string StateName { get; init; }

    /// <summary>The reason for the outcome, or null.</summary>
    public string? Message { get; init; }

    /// <summary>When its script was started, or null.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>When it ended, or null.</summary>
    public DateTimeOffset? EndTime { get; init; }

    /// <summary>The exit code of its process: 0 completed, 1 failed, 2 invalid input, 3 cancelled, 4 skipped; otherwise the script's own.</summary>
    public int ExitCode { get; init; }

    /// <summary>Whether it started too late.</summary>
    public bool IsLate { get; init; }

    /// <summary>The file that contains its output, or null.</summary>
    public string? LogPath { get; init; }

    /// <summary>Whether another process has run the occurrence or is running it, so this process has done nothing.</summary>
    internal bool IsElsewhere { get; init; }

    /// <inheritdoc/>
    public override string ToString() => StateName;

    /// <summary>The name of the state; with the format <c>duration</c>, how long it took, as the view shows it.</summary>
    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) =>
        format != "duration" ? ToString() : EndTime - StartTime is { } duration ? DurationText.Of(duration, formatProvider) : string.Empty;
}
