namespace FlowModule.Engine;

/// <summary>
/// The runs of a fan-out that wait for a worker of one kind, and the workers of that kind. All under the fan-out's lock, but for
/// what workers call.
/// </summary>
internal sealed class Lane(FanOut fanOut, FlowIsolation isolation, WorkerPool pool) : IRunSource
{
    /// <summary>Runs that hold a place already and only need a worker again.</summary>
    internal Queue<FlowRun> Placed { get; } = new();

    /// <summary>Runs that have waited for something, and go before those that are new.</summary>
    internal Queue<FlowRun> Again { get; } = new();

    /// <summary>
    /// Runs that are new: those deepest down first, then in the order they came. Tasks that others wait for go before those that
    /// would only add to the number of runs that wait.
    /// </summary>
    internal PriorityQueue<FlowRun, (int Height, int Index)> Fresh { get; } = new();

    internal FlowIsolation Isolation => isolation;

    /// <summary>Workers that serve this lane.</summary>
    internal int Workers { get; set; }

    /// <summary>Those of them that wait for a run.</summary>
    internal int Idle { get; set; }

    /// <summary>Those of them whose run waits for others in the middle of its body.</summary>
    internal int Blocked { get; set; }

    internal bool IsEmpty => Placed.Count + Again.Count + Fresh.Count == 0;

    public bool HasWaiting => fanOut.HasWaiting(this);

    public FlowRun? Take() => fanOut.Take(this);

    public bool Begin(FlowRun run, IRunHost? host) => fanOut.Begin(this, run, host);

    public void Write(FlowRun run, object record) => fanOut.Output.Write(new RunOutput(run, record));

    public void BodyEnded(FlowRun run, RunOutcome outcome) => run.Driver!.BodyEnded(outcome);

    public void WorkerLost() => fanOut.WorkerLost(this);

    internal void Clear()
    {
        Placed.Clear();
        Again.Clear();
        Fresh.Clear();
    }

    /// <summary>Has another worker serve the lane. Outside the lock.</summary>
    internal void Lend() => pool.Lend(this);

    /// <summary>Whether one more worker is of use: a worker that was woken counts as idle until it runs.</summary>
    internal bool WantsWorker(int throttleLimit) =>
        Placed.Count + Again.Count + Fresh.Count > Idle && (Workers - Blocked < throttleLimit || Placed.Count > Idle);
}
