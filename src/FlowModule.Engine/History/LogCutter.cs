using System.Globalization;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History;

/// <summary>How much is kept of a run's log: a body can write without end. Under the gate of the store.</summary>
/// <param name="time">The clock.</param>
internal sealed class LogCutter(TimeProvider time)
{
    /// <summary>How often the settings are read again, because another process may change them.</summary>
    private static readonly TimeSpan AskEach = TimeSpan.FromMinutes(1);

    private long? _limit;
    private long? _askedAt;

    /// <summary>The settings have changed.</summary>
    internal void Forget() => _askedAt = null;

    /// <summary>Removes lines from logs that are too large, after a batch was written.</summary>
    internal void Cut(IHistoryStore store, List<QueuedRow> rows)
    {
        HashSet<IRecordedRun>? grown = null;
        foreach ((IRecordedRun owner, HistoryRow row) in rows)
        {
            if (row is LogRow line && Limit(store) is { } limit)
            {
                (owner.LogSize ??= new RunLogSize()).Add(line.Message.Length, limit);
                (grown ??= []).Add(owner);
            }
        }

        foreach (IRecordedRun owner in grown ?? [])
        {
            long limit = _limit!.Value;
            if (owner.LogSize!.Cut(limit) is { } cut)
            {
                store.Retention.LeaveOut(owner.RunId, cut, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{cut.Left:N0} lines are left out here: {limit / 1e6:0.##} MB of a run's log are kept, its beginning and its end (Set-FlowHistory -KeepLogSize)."));
            }
        }
    }

    private long? Limit(IHistoryStore store)
    {
        if (time.IsDue(_askedAt, AskEach))
        {
            _askedAt = time.GetTimestamp();
            _limit = store.Retention.Settings.KeepLogSize;
        }

        return _limit;
    }
}
