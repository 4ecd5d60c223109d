using System.Management.Automation;

namespace FlowModule.Hosting;

/// <summary>
/// Gives the progress of parallel runs ids of its own, so that two runs that both use id 0 do not overwrite each other, and
/// hangs it under one bar of the fan-out. Used on the pipeline thread only.
/// </summary>
internal sealed class ProgressMap(string activity)
{
    private static int s_lastId = 0x466C_0000;

    private readonly Dictionary<(FlowRun Run, int Id), ProgressRecord> _open = [];
    private readonly int _barId = Interlocked.Increment(ref s_lastId);
    private bool _barShown;

    /// <summary>The records to show for one record of a run.</summary>
    internal IEnumerable<ProgressRecord> Map(FlowRun run, ProgressRecord record)
    {
        if (!_barShown)
        {
            _barShown = true;
            yield return new ProgressRecord(_barId, activity, "Running");
        }

        if (!_open.TryGetValue((run, record.ActivityId), out ProgressRecord? mapped))
        {
            int parent = record.ParentActivityId >= 0 && _open.TryGetValue((run, record.ParentActivityId), out ProgressRecord? outer) ? outer.ActivityId : _barId;
            mapped = new ProgressRecord(Interlocked.Increment(ref s_lastId), record.Activity, Status(record)) { ParentActivityId = parent };
            _open[(run, record.ActivityId)] = mapped;
        }

        mapped.Activity = record.Activity;
        mapped.StatusDescription = Status(record);
        mapped.CurrentOperation = record.CurrentOperation;
        mapped.PercentComplete = record.PercentComplete;
        mapped.SecondsRemaining = record.SecondsRemaining;
        mapped.RecordType = record.RecordType;
        if (record.RecordType == ProgressRecordType.Completed)
        {
            _open.Remove((run, record.ActivityId));
        }

        yield return mapped;
    }

    /// <summary>The records that take down what a run that ended has left up.</summary>
    internal IEnumerable<ProgressRecord> End(FlowRun run)
    {
        if (_open.Count == 0)
        {
            yield break;
        }

        foreach ((FlowRun, int Id) key in _open.Keys.Where(key => key.Run == run).ToList())
        {
            _open.Remove(key, out ProgressRecord? mapped);
            mapped!.RecordType = ProgressRecordType.Completed;
            yield return mapped;
        }
    }

    /// <summary>The record that takes down the fan-out's own bar, or null.</summary>
    internal ProgressRecord? EndAll() =>
        _barShown ? new ProgressRecord(_barId, activity, "Completed") { RecordType = ProgressRecordType.Completed } : null;

    private static string Status(ProgressRecord record) => string.IsNullOrEmpty(record.StatusDescription) ? " " : record.StatusDescription;
}
