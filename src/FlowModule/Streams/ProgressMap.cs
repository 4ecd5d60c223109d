using System.Management.Automation;
using FlowModule.Engine.FanOuts;

namespace FlowModule.Streams;

/// <summary>
/// Assigns new ids to the progress records of parallel runs, so that two runs with id 0 do not overwrite each other, and
/// places them under one bar of the fan-out. Used on the pipeline thread only.
/// </summary>
internal sealed class ProgressMap(string activity)
{
    private static int s_lastId = 0x466C_0000;

    private readonly Dictionary<(FlowRun Run, int Id), (int Id, int Parent, string Activity)> _open = [];
    private readonly int _barId = Interlocked.Increment(ref s_lastId);
    private string? _shown;

    /// <summary>The counts of the fan-out; null for a single run.</summary>
    internal FanOutCounts? Counts { private get; set; }

    /// <summary>The records to show for one record of a run.</summary>
    internal IEnumerable<ProgressRecord> Map(FlowRun run, ProgressRecord record)
    {
        _shown ??= string.Empty;
        if (Bar() is { } counted)
        {
            yield return counted;
        }

        if (!_open.TryGetValue((run, record.ActivityId), out (int Id, int Parent, string Activity) bar))
        {
            int parent = record.ParentActivityId >= 0 && _open.TryGetValue((run, record.ParentActivityId), out (int Id, int, string) outer) ? outer.Id : _barId;
            bar = (Interlocked.Increment(ref s_lastId), parent, record.Activity);
        }

        if (record.RecordType == ProgressRecordType.Completed)
        {
            _open.Remove((run, record.ActivityId));
        }
        else
        {
            _open[(run, record.ActivityId)] = bar with { Activity = record.Activity };
        }

        // A new record each time, because a host may draw a record later than it received it.
        yield return new ProgressRecord(bar.Id, record.Activity, Status(record))
        {
            ParentActivityId = bar.Parent,
            CurrentOperation = record.CurrentOperation,
            PercentComplete = record.PercentComplete,
            SecondsRemaining = record.SecondsRemaining,
            RecordType = record.RecordType,
        };
    }

    /// <summary>The fan-out's own bar, if it is shown and has changed.</summary>
    internal ProgressRecord? Bar()
    {
        if (_shown is null || (Counts?.ToString() ?? "Running") is not { } status || string.Equals(status, _shown, StringComparison.Ordinal))
        {
            return null;
        }

        _shown = status;
        return new ProgressRecord(_barId, activity, status) { PercentComplete = Counts?.Percent ?? -1 };
    }

    /// <summary>The records that remove the bars of an ended run.</summary>
    internal IEnumerable<ProgressRecord> End(FlowRun run)
    {
        if (_open.Count == 0)
        {
            yield break;
        }

        foreach ((FlowRun, int) key in _open.Keys.Where(key => key.Run == run).ToList())
        {
            _open.Remove(key, out (int Id, int Parent, string Activity) bar);
            yield return new ProgressRecord(bar.Id, bar.Activity, "Completed") { ParentActivityId = bar.Parent, RecordType = ProgressRecordType.Completed };
        }
    }

    /// <summary>The record that removes the fan-out's own bar, or null.</summary>
    internal ProgressRecord? EndAll()
    {
        bool isShown = _shown is not null;
        _shown = null;
        return isShown ? new ProgressRecord(_barId, activity, "Completed") { RecordType = ProgressRecordType.Completed } : null;
    }

    private static string Status(ProgressRecord record) => string.IsNullOrEmpty(record.StatusDescription) ? " " : record.StatusDescription;
}
