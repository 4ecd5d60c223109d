using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.Workers;

namespace FlowModule.Engine.FanOuts;

/// <summary>
/// The runs of a fan-out that have not ended: the worker of each, the lanes in which they wait, and their places. All of it is used under one
/// lock, <see cref="Gate"/>.
/// </summary>
internal sealed class OpenRuns
{
    /// <summary>How many new runs may wait before no more are accepted.</summary>
    private const int WaitingCapacity = 256;

    /// <summary>How many runs may be open, most of them waiting for a retry or a slot, before no more are accepted.</summary>
    private const int OpenCapacity = 10_000;

    private readonly FanOutOptions _options;
    private readonly FanOutOutcome _outcome;
    private readonly Func<string, WorkerPool> _pools;
    private readonly Dictionary<FlowRun, RentedWorker?> _workers = [];

    /// <summary>Runs that wait for their dependencies, and become new runs after that.</summary>
    private readonly HashSet<FlowRun> _held = [];
    private bool _callerWantsRoom;

    /// <param name="options">How the fan-out runs.</param>
    /// <param name="outcome">Says how many new runs may start.</param>
    /// <param name="pools">The workers of a kind, by its name.</param>
    internal OpenRuns(FanOutOptions options, FanOutOutcome outcome, Func<string, WorkerPool> pools)
    {
        _options = options;
        _outcome = outcome;
        _pools = pools;
        Places = new PlaceCount(Gate, options.ThrottleLimit);
    }

    /// <summary>The lock of the fan-out.</summary>
    internal object Gate { get; } = new();

    internal PlaceCount Places { get; }

    /// <summary>The lanes, one for each kind of worker that runs have needed.</summary>
    internal List<Lane> Lanes { get; } = new(1);

    internal int Count => _workers.Count;

    internal IEnumerable<FlowRun> All => _workers.Keys;

    private bool HasRoom => Lanes.Sum(static lane => lane.Queue.NewCount) < WaitingCapacity && Count < OpenCapacity + _options.ThrottleLimit;

    internal bool Contains(FlowRun run) => _workers.ContainsKey(run);

    /// <summary>The worker that executes the run; null if there is none.</summary>
    internal RentedWorker? WorkerOf(FlowRun run) => _workers.GetValueOrDefault(run);

    internal void SetWorker(FlowRun run, RentedWorker? worker) => _workers[run] = worker;

    internal void Add(FlowRun run) => _workers.Add(run, null);

    /// <summary>The run waits for its dependencies.</summary>
    internal void Hold(FlowRun run) => _held.Add(run);

    /// <summary>The run waits for a worker. One that has not begun waits for its turn and its wave like any other new run.</summary>
    internal void Enqueue(FlowRun run, Lane lane)
    {
        if (_held.Remove(run) && run.StopRequest is null)
        {
            lane.Queue.AddNew(run);
        }
        else
        {
            lane.Queue.AddAgain(run);
        }
    }

    internal void Remove(FlowRun run)
    {
        _workers.Remove(run);
        _held.Remove(run);
    }

    /// <summary>Takes the runs that have not begun out of the lanes, in the order in which they were added.</summary>
    internal FlowRun[] TakeNew() => [.. Lanes.SelectMany(static lane => lane.Queue.TakeNew()).OrderBy(static run => run.Index)];

    /// <summary>Where the run waits for a worker. The scripts of its policy can be called by workers of this process alone.</summary>
    internal Lane LaneFor(FlowRun run)
    {
        string kind = run.Driver!.NextThread == StepThread.Host ? nameof(FlowIsolation.Runspace) : run.Policy.WorkerKind;
        foreach (Lane lane in Lanes)
        {
            if (lane.Kind == kind)
            {
                return lane;
            }
        }

        var added = new Lane(kind, _pools(kind), _options, new LaneQueue(_outcome, Places));
        Lanes.Add(added);
        return added;
    }

    /// <summary>Whether the caller should add more now. If not, it is to be woken when it should.</summary>
    internal bool AskForRoom() => !(_callerWantsRoom = !HasRoom);

    /// <summary>Whether the caller waits for room, and there is some now. True once for each wait.</summary>
    internal bool TakeCaller()
    {
        bool isToWake = _callerWantsRoom && HasRoom;
        _callerWantsRoom &= !isToWake;
        return isToWake;
    }

    internal OpenRunCounts CountStates()
    {
        lock (Gate)
        {
            return OpenRunCounts.Of(All);
        }
    }
}
