using System.Diagnostics.CodeAnalysis;

namespace FlowModule.Engine.FanOuts;

/// <summary>The runs of a fan-out that wait for a worker of one kind. Used under the fan-out's lock.</summary>
/// <param name="outcome">Says how many new runs may start.</param>
/// <param name="places">The places that runs need to execute.</param>
internal sealed class LaneQueue(FanOutOutcome outcome, PlaceCount places)
{
    /// <summary>Runs that already hold a place and only need a worker again.</summary>
    private readonly Queue<FlowRun> _placed = new();

    /// <summary>Runs that have waited for something, and come before new runs.</summary>
    private readonly Queue<FlowRun> _again = new();

    /// <summary>
    /// New runs: the deepest first, then in order. Tasks that others wait for come before tasks that
    /// would only add to the number of waiting runs.
    /// </summary>
    private readonly PriorityQueue<FlowRun, (int Height, int Index)> _new = new();

    /// <summary>How many runs wait.</summary>
    internal int Count => _placed.Count + _again.Count + _new.Count;

    /// <summary>How many of them hold a place.</summary>
    internal int PlacedCount => _placed.Count;

    /// <summary>How many of them are new.</summary>
    internal int NewCount => _new.Count;

    /// <summary>How many of the new runs may start.</summary>
    private int Startable => _new.TryPeek(out FlowRun? next, out _) ? outcome.Startable(next.Index, _new.Count) : 0;

    internal void AddNew(FlowRun run) => _new.Enqueue(run, (-run.Depth, run.Index));

    /// <summary>Adds a run that continues.</summary>
    internal void AddAgain(FlowRun run) => (run.HoldsPlace ? _placed : _again).Enqueue(run);

    /// <summary>How many runs could begin or continue now.</summary>
    internal int CountReady()
    {
        int free = places.Free;

        // A stopped run only has to be ended, and needs no place.
        int others = free == 0
            ? _again.TryPeek(out FlowRun? next) && next.StopRequest is not null ? 1 : 0
            : Math.Min(free, _again.Count + Startable);
        return _placed.Count + others;
    }

    /// <summary>Takes the new runs that were told to stop.</summary>
    internal FlowRun[] TakeStopped()
    {
        FlowRun[] stopped = [.. _new.UnorderedItems.Select(static item => item.Element).Where(static run => run.StopRequest is not null)];
        if (stopped.Length > 0)
        {
            Array.ForEach(TakeNew(), run =>
            {
                if (Array.IndexOf(stopped, run) < 0)
                {
                    AddNew(run);
                }
            });
        }

        return stopped;
    }

    /// <summary>The runs that could begin or continue now.</summary>
    internal FlowRun[] Ready()
    {
        int free = places.Free;
        return
        [
            .. _placed, .. _again.Take(free),
            .. _new.UnorderedItems.OrderBy(static item => item.Priority).Take(Math.Clamp(free - _again.Count, 0, Startable)).Select(static item => item.Element),
        ];
    }

    /// <summary>Takes the run that is to begin or continue first, with a place. False if there is none.</summary>
    internal bool TryTake([NotNullWhen(true)] out FlowRun? run)
    {
        if (_placed.TryDequeue(out run))
        {
            return true;
        }

        // A body that continues after a wait comes before new runs.
        bool hasPlace = places.Free > 0;
        if (_again.TryPeek(out run) && (hasPlace || run.StopRequest is not null))
        {
            _again.Dequeue();
        }
        else if (hasPlace && Startable > 0)
        {
            run = _new.Dequeue();
        }
        else
        {
            run = null;
            return false;
        }

        places.Take(run);
        return true;
    }

    /// <summary>Takes all new runs, in no order.</summary>
    internal FlowRun[] TakeNew()
    {
        FlowRun[] runs = [.. _new.UnorderedItems.Select(static item => item.Element)];
        _new.Clear();
        return runs;
    }

    /// <summary>Takes all runs.</summary>
    internal FlowRun[] TakeAll()
    {
        FlowRun[] runs = [.. _placed, .. _again, .. TakeNew()];
        _placed.Clear();
        _again.Clear();
        return runs;
    }
}
