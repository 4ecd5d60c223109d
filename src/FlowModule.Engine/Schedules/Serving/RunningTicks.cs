namespace FlowModule.Engine;

/// <summary>The times that a scheduler has given to its runner, so many at once and not more.</summary>
/// <param name="runner">Runs them.</param>
/// <param name="listener">Is told how they end.</param>
/// <param name="throttleLimit">How many run at once.</param>
internal sealed class RunningTicks(IScheduledRunner runner, ISchedulerListener listener, int throttleLimit) : IDisposable
{
    private readonly object _gate = new();
    private readonly SemaphoreSlim _places = new(throttleLimit);
    private readonly HashSet<Task> _tasks = [];
    private int _running;

    /// <summary>How many run now; those that wait for a place are not among them.</summary>
    internal int Count => Volatile.Read(ref _running);

    /// <summary>Runs times of a flow as soon as there is a place, one after another: what is made up for must not keep itself from running.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="ticks">The times.</param>
    /// <param name="drain">Fires when no more are to start: a time is then nobody's, and missed.</param>
    /// <param name="cancel">Fires when what runs is to stop.</param>
    internal void Start(ScheduledFlow flow, IReadOnlyList<ScheduledTick> ticks, CancellationToken drain, CancellationToken cancel)
    {
        lock (_gate)
        {
            Task task = Task.Run(() => Run(flow, ticks, drain, cancel), CancellationToken.None);
            _tasks.Add(task);
            _ = task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <summary>Ends when none runs or waits any more.</summary>
    internal Task WhenIdle()
    {
        lock (_gate)
        {
            return Task.WhenAll(_tasks);
        }
    }

    public void Dispose() => _places.Dispose();

    private async Task Run(ScheduledFlow flow, IReadOnlyList<ScheduledTick> ticks, CancellationToken drain, CancellationToken cancel)
    {
        try
        {
            await _places.WaitAsync(drain).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        Interlocked.Increment(ref _running);
        try
        {
            foreach (ScheduledTick tick in ticks.TakeWhile(_ => !drain.IsCancellationRequested))
            {
                listener.Ended(await runner.Run(flow, tick, cancel).ConfigureAwait(false));
            }
        }
        finally
        {
            Interlocked.Decrement(ref _running);
            _places.Release();
        }
    }

    private void Forget(Task task)
    {
        lock (_gate)
        {
            _tasks.Remove(task);
        }
    }
}
