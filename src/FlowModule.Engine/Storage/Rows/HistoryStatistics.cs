namespace FlowModule.Engine.Storage.Rows;

/// <summary>How much a history holds.</summary>
/// <param name="FormatVersion">The version of its format.</param>
/// <param name="SizeInBytes">What it takes up on the disk, with what is beside it; null where that cannot be told.</param>
/// <param name="RunCount">How many runs it holds, of flows, subflows and tasks.</param>
/// <param name="TopRunCount">How many of them are in no other run.</param>
/// <param name="LogCount">How many lines their logs have.</param>
/// <param name="OldestRunTime">When the oldest run was made, in local time; null without runs.</param>
internal sealed record HistoryStatistics(
    int FormatVersion, long? SizeInBytes, long RunCount, long TopRunCount, long LogCount, DateTimeOffset? OldestRunTime);
