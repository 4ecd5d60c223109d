using System.Globalization;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History;

/// <content>How much is kept of a run's log: a body can write without end.</content>
internal sealed partial class RunHistory
{
    /// <summary>How often the settings are looked at, which another process may change.</summary>
    private static readonly TimeSpan AskForLogSizeEach = TimeSpan.FromMinutes(1);

    private long? _keepLogSize;
    private long? _askedForLogSizeAt;

    /// <summary>Leaves out what is too much, once a batch is written.</summary>
    private void CutLogs(IHistoryStore store, List<QueuedRow> rows)
    {
        HashSet<RunRecording>? grown = null;
        foreach ((RunRecording recording, HistoryRow row) in rows)
        {
            if (row is LogRow line && KeepLogSize(store) is { } limit)
            {
                (recording.LogSize ??= new RunLogSize()).Add(line.Message.Length, limit);
                (grown ??= []).Add(recording);
            }
        }

        foreach (RunRecording recording in grown ?? [])
        {
            long limit = _keepLogSize!.Value;
            if (recording.LogSize!.Cut(limit) is { } cut)
            {
                store.Retention.LeaveOut(recording.Run.Id, cut, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{cut.Left:N0} lines are left out here: {limit / 1e6:0.##} MB of a run's log are kept, its beginning and its end (Set-FlowHistory -KeepLogSize)."));
            }
        }
    }

    private long? KeepLogSize(IHistoryStore store)
    {
        if (IsDue(_askedForLogSizeAt, AskForLogSizeEach))
        {
            _askedForLogSizeAt = _time.GetTimestamp();
            _keepLogSize = store.Retention.Settings.KeepLogSize;
        }

        return _keepLogSize;
    }
}
