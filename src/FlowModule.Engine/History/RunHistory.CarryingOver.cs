using System.Globalization;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage;

namespace FlowModule.Engine.History;

/// <content>What becomes of runs whose store is removed, or replaced, while they go on.</content>
internal sealed partial class RunHistory
{
    /// <summary>The store that is in its place no more. It is open here, and nowhere else is what it has of runs that go on.</summary>
    private IHistoryStore? _left;

    /// <summary>Goes without the store, but can still read it. Under the write gate.</summary>
    private void LeaveStore()
    {
        if (_left is not null)
        {
            // One that was lost before it had anything.
            CloseStore();
            return;
        }

        (_left, _store) = (_store, null);
    }

    /// <summary>
    /// Has the new store take over what the lost one has of the runs that go on, and of all that they have started. What was over is not taken over:
    /// who removes a history wants it gone. A person is told, once. Under the write gate.
    /// </summary>
    private void CarryOver(IHistoryStore store, List<QueuedRow> rows)
    {
        if (_left is not { } left)
        {
            return;
        }

        _left = null;
        IEnumerable<Guid> active = ActiveRuns.All().Where(run => run.Recording?.History == this).Select(run => run.Id);
        try
        {
            CarriedRuns runs = store.CarryOver(left, [.. rows.Select(row => row.Row.RunId).Concat(active).Distinct()]);
            Tell(string.Create(
                CultureInfo.InvariantCulture,
                $"The runs that go on are in the one that is there now, with what they have started: {Count(runs.Carried)}. Not in it: {Count(runs.Others)}."));
        }
        catch (HistoryException exception)
        {
            rows.ForEach(static row => row.Recording.IsLost = true);
            Tell($"What it had of the runs that go on cannot be taken over: {exception.Message}");
        }
        finally
        {
            Dispose(left);
        }

        void Tell(string what)
        {
            if (_hasRecorded)
            {
                Warn($"The history '{Location}' was removed, or another was put in its place, while it was in use. {what}");
            }
        }
    }

    private static string Count(int runs) => runs == 1 ? "one run" : string.Create(CultureInfo.InvariantCulture, $"{runs} runs");

    private static void Dispose(IHistoryStore? store)
    {
        try
        {
            store?.Dispose();
        }
        catch (Exception)
        {
            // It was in trouble before, or is of no use any more.
        }
    }
}

/// <summary>What became of the runs of a store that was removed.</summary>
/// <param name="Carried">How many were taken over.</param>
/// <param name="Others">How many were not, but for those that other processes see to.</param>
internal sealed record CarriedRuns(int Carried, int Others);
