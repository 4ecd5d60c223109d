using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule;

/// <summary>A history: its location, its size, and how long it keeps runs.</summary>
public sealed class FlowHistory
{
    /// <summary>The file, or the address of a history on a server.</summary>
    public required string Path { get; init; }

    /// <summary>Whether runs are recorded there by default.</summary>
    public required bool IsOn { get; init; }

    /// <summary>Its size on the disk, in bytes; 0 if there is no file yet.</summary>
    public long Size { get; init; }

    /// <summary>The version of the file's format, or null if there is no file yet.</summary>
    public int? FormatVersion { get; init; }

    /// <summary>The number of runs in it, of flows, subflows and tasks.</summary>
    public long RunCount { get; init; }

    /// <summary>The number of top-level runs in it.</summary>
    public long TopRunCount { get; init; }

    /// <summary>The number of log lines in it.</summary>
    public long LogCount { get; init; }

    /// <summary>When the oldest run was created, in local time, or null.</summary>
    public DateTimeOffset? OldestRunTime { get; init; }

    /// <summary>The number of days after which ended runs are removed; null if they are kept.</summary>
    public int? KeepDays { get; init; }

    /// <summary>The number of top-level runs to keep, the newest ones; null to keep all.</summary>
    public int? KeepRuns { get; init; }

    /// <summary>The number of bytes to keep of each run's log, from its beginning and its end; null to keep all.</summary>
    public long? KeepLogSize { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Path;

    internal static FlowHistory Of(RunHistory history, bool isOn)
    {
        // Also finds damage that no query has met.
        history.CheckWhole();
        HistoryStatistics statistics = history.Statistics();
        RetentionSettings settings = history.Retention;
        return new FlowHistory
        {
            Path = history.Location,
            IsOn = isOn,
            Size = statistics.SizeInBytes ?? 0,
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
