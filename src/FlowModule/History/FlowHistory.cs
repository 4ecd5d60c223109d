using FlowModule.Engine.History;

namespace FlowModule;

/// <summary>What is known of a history: where it is, how large, and what it keeps for how long.</summary>
public sealed class FlowHistory
{
    /// <summary>The file that it is in.</summary>
    public required string Path { get; init; }

    /// <summary>Whether runs are recorded there when they are not told otherwise.</summary>
    public required bool IsOn { get; init; }

    /// <summary>What it takes up on the disk, in bytes; 0 when there is no file yet.</summary>
    public long Size { get; init; }

    /// <summary>The version of the file's format, or null when there is no file yet.</summary>
    public int? FormatVersion { get; init; }

    /// <summary>How many runs it holds, of flows, subflows and tasks.</summary>
    public long RunCount { get; init; }

    /// <summary>How many of them are in no other run.</summary>
    public long TopRunCount { get; init; }

    /// <summary>How many lines their logs have.</summary>
    public long LogCount { get; init; }

    /// <summary>When the oldest run was made, in local time, or null.</summary>
    public DateTimeOffset? OldestRunTime { get; init; }

    /// <summary>Runs that ended longer ago, in days, are removed; null when they are kept.</summary>
    public int? KeepDays { get; init; }

    /// <summary>Of the runs that are in no other run so many are kept, the newest; null when all are.</summary>
    public int? KeepRuns { get; init; }

    /// <summary>Of the log of each run so many bytes are kept, its beginning and its end; null when all is.</summary>
    public long? KeepLogSize { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Path;

    internal static FlowHistory Of(RunHistory history, bool isOn)
    {
        // Who asks how it is wants to know of damage too that no query has met.
        history.CheckWhole();
        HistoryStatistics statistics = history.Statistics();
        RetentionSettings settings = history.Retention;
        return new FlowHistory
        {
            Path = history.Location,
            IsOn = isOn,
            Size = statistics.SizeInBytes,
            FormatVersion = statistics.FormatVersion,
            RunCount = statistics.RunCount,
            TopRunCount = statistics.TopRunCount,
            LogCount = statistics.LogCount,
            OldestRunTime = statistics.OldestRunTime,
            KeepDays = settings.KeepDays,
            KeepRuns = settings.KeepRuns,
            KeepLogSize = settings.KeepLogSize,
        };
    }
}
