using System.Management.Automation;
using FlowModule.Engine.FanOuts;
using FlowModule.Engine.History;

namespace FlowModule.Streams;

/// <summary>
/// Assigns new ids to the progress records of parallel runs, so that two runs with id 0 do not overwrite each other, and
/// places them under one bar of the fan-out. Used on the pipeline thread only.
/// </summary>
/// <param name="activity">The name of the fan-out.</param>
/// <param name="time">The clock for the display intervals.</param>
/// <param name="isWanted">Whether progress is shown at all. Called once, at the first progress.</param>
internal sealed class ProgressMap(string activity, TimeProvider time, Func<bool> isWanted)
{
    /// <summary>A shorter fan-out shows no progress bar, because it would only flash.</summary>
    internal static readonly TimeSpan FirstAfter = TimeSpan.FromMilliseconds(400);

    /// <summary>The shortest time between two updates of the bar.</summary>
    internal static readonly TimeSpan Between = TimeSpan.FromMilliseconds(200);

    private static int s_lastId = 0x466C_0000;

    private readonly Dictionary<(FlowRun Run, int Id), (int Id, int Parent, string Activity)> _open = [];
    private readonly int _barId = Interlocked.Increment(ref s_lastId);
    private string? _shown;
    private long _shownAt = time.GetTimestamp();
    private bool? _isWanted;
    private TimeSpan? _usual;

    /// <summary>The counts of the fan-out; null for a single run.</summary>
    internal FanOutCounts? Counts { get; set; }

    /// <summary>One run of the fan-out. The duration of earlier runs of its flow is the first estimate for the others.</summary>
    internal FlowRun? Example { get; set; }

    /// <summary>The records to show for one record of a run.</summary>
    internal IEnumerable<ProgressRecord> Map(FlowRun run, ProgressRecord record)
    {
        // The bars of the runs are children of the fan-out's bar, so it comes first.
        if ((_shown is null ? Show() : Bar()) is { } counted)
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

    /// <summary>The fan-out's own bar, if an update is due and it has changed.</summary>
    internal ProgressRecord? Bar()
    {
        bool isShown = _shown is not null;
        return (isShown || Counts?.AreSeveral == true) && time.GetElapsedTime(_shownAt) >= (isShown ? Between : FirstAfter) && IsWanted ? Show() : null;
    }

    private bool IsWanted => _isWanted ??= isWanted();

    private ProgressRecord? Show()
    {
        if (_shown is null && Counts?.AreSeveral == true && Example is { } run)
        {
            _usual = run.Recording?.History.UsualDuration(run);
        }

        _shownAt = time.GetTimestamp();
        string status = Counts?.Describe() ?? "Running";
        if (string.Equals(status, _shown, StringComparison.Ordinal))
        {
            return null;
        }

        _shown = status;
        return new ProgressRecord(_barId, activity, status)
        {
            PercentComplete = Counts?.Percent ?? -1,
            SecondsRemaining = Counts is { AreSeveral: true } counts && counts.Left(_usual) is { } left ? (int)Math.Ceiling(Math.Min(left.TotalSeconds, int.MaxValue)) : -1,
        };
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

    /// <summary>The records that remove the fan-out's own bar, after a last update.</summary>
    internal IEnumerable<ProgressRecord> EndAll()
    {
        if (_shown is null)
        {
            yield break;
        }

        if (Show() is { } last)
        {
            yield return last;
        }

        _shown = null;
        yield return new ProgressRecord(_barId, activity, "Completed") { RecordType = ProgressRecordType.Completed };
    }

    private static string Status(ProgressRecord record) => string.IsNullOrEmpty(record.StatusDescription) ? " " : record.StatusDescription;
}
