using System.Collections.Concurrent;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History.Relay;

/// <summary>
/// The runs that a worker on another machine tells of, which cannot open the history itself. In the history they belong to this process, and
/// those that go on when the worker is gone have crashed. Used by one thread at a time.
/// </summary>
/// <param name="history">The history.</param>
/// <param name="stop">Has the worker stop a run.</param>
internal sealed class RelayedRuns(RunHistory history, Action<Guid, StopRequest> stop)
{
    private static readonly ConcurrentDictionary<Guid, RelayedRun> All = new();

    private readonly Dictionary<Guid, RelayedRun> _open = [];

    /// <summary>The history that has the runs.</summary>
    internal RunHistory History => history;

    /// <summary>A run that any worker executes for this process, and that goes on; null if there is none.</summary>
    internal static RelayedRun? Find(Guid run) => All.GetValueOrDefault(run);

    /// <summary>Writes rows, and returns when they are kept. Returns why they are not, or null.</summary>
    internal HistoryException? Write(IReadOnlyList<HistoryRow> rows)
    {
        HashSet<RelayedRun> owners = [];
        long ticket = 0;
        foreach (HistoryRow row in rows)
        {
            RelayedRun owner = OwnerOf(row.RunId);
            if (owners.Add(owner))
            {
                owner.IsLost = false;
            }

            Note(owner, row as RunChange);
            ticket = history.Add(owner, row);
        }

        history.Flush(ticket);
        foreach (RelayedRun owner in owners.Where(static owner => owner.Latest is { IsOver: true }))
        {
            Forget(owner);
        }

        return !owners.Any(static owner => owner.IsLost) ? null
            : history.Trouble ?? new HistoryException(HistoryFault.Unavailable, $"The history '{history.Location}' cannot be written.");
    }

    /// <summary>The worker is gone, and what it has begun goes on nowhere. It is not waited until that is kept.</summary>
    internal void Lose(string reason)
    {
        DateTimeOffset now = history.Time.GetLocalNow();
        string message = history.Values.Mask(reason);
        foreach (RelayedRun run in _open.Values.ToArray())
        {
            if (run.Crash(message, now) is { } crash)
            {
                history.Add(run, crash);
            }

            Forget(run);
        }
    }

    private RelayedRun OwnerOf(Guid run)
    {
        if (!_open.TryGetValue(run, out RelayedRun? owner))
        {
            _open.Add(run, owner = new RelayedRun(run, stop));
        }

        return owner;
    }

    private static void Note(RelayedRun owner, RunChange? change)
    {
        // A state that was read again from its run may come after a later one.
        if (change is not null && !(change.State.Number < owner.Latest?.State.Number))
        {
            owner.Latest = change;
            All[owner.RunId] = owner;
        }
    }

    private void Forget(RelayedRun run)
    {
        _open.Remove(run.RunId);
        All.TryRemove(run.RunId, out _);
    }
}
