namespace FlowModule.Engine.Schedules.Notifications;

/// <summary>How a time of a scheduled flow ended that did not complete: what those who are to know of it are told.</summary>
internal sealed record FailureReport
{
    /// <summary>How many others are listed in a report that tells of several.</summary>
    internal const int MostOthers = 100;

    /// <summary>The name of the registration.</summary>
    internal required string ScheduleName { get; init; }

    /// <summary>The script's full path.</summary>
    internal required string ScriptPath { get; init; }

    /// <summary>The time at which it was to run.</summary>
    internal required DateTimeOffset ScheduledTime { get; init; }

    /// <summary>How it ended.</summary>
    internal required StateType State { get; init; }

    /// <summary>What a person reads; usually the state's type.</summary>
    internal required string StateName { get; init; }

    /// <summary>Why it ended so, or null.</summary>
    internal string? Message { get; init; }

    /// <summary>What its process ended with.</summary>
    internal required int ExitCode { get; init; }

    /// <summary>When its script was started, or null when it was not.</summary>
    internal DateTimeOffset? StartTime { get; init; }

    /// <summary>When it ended, or null when that is not known, for its process died.</summary>
    internal DateTimeOffset? EndTime { get; init; }

    /// <summary>The computer that it ran on.</summary>
    internal string Computer { get; init; } = Environment.MachineName;

    /// <summary>The file that its output is in, or null.</summary>
    internal string? LogPath { get; init; }

    /// <summary>The last lines of its output, the oldest first.</summary>
    internal IReadOnlyList<string> LogLines { get; init; } = [];

    /// <summary>Its flow runs that are no subflows, in the order in which they began.</summary>
    internal IReadOnlyList<FailureReportRun> Runs { get; init; } = [];

    /// <summary>The title and the text of a report that is not about one failure, such as that of Get-FlowReport; otherwise null.</summary>
    internal (string Title, string Text)? Words { get; init; }

    /// <summary>Of how many failures it tells: those that came while others were under way are told of together, and it is the last of them.</summary>
    internal int Count { get; init; } = 1;

    /// <summary>The others that it tells of, the oldest first, without logs and runs; of many, the last.</summary>
    internal IReadOnlyList<FailureReport> Others { get; init; } = [];
}
