using FlowModule.Engine.Schedules.Ticks;

namespace FlowModule.Engine.Schedules.Serving;

/// <summary>The ticks that a scheduler has passed to its runner. The number of running scripts is limited.</summary>
/// <param name="runner">Runs them.</param>
/// <param name="listener">Receives their ends.</param>
/// <param name="throttleLimit">How many run at once.</param>
internal sealed class RunningTicks(IScheduledRunner runner, ISchedulerListener listener, int throttleLimit) : IDisposable
{
    private readonly object _gate = new();
    private readonly SemaphoreSlim _places = new(throttleLimit);
    private readonly HashSet<Task> _tasks = [];

    /// <summary>How many run now, without those that wait for their turn or a place.</summary>
    internal int Count => throttleLimit - _places.CurrentCount;

    /// <summary>How many failure notifications are being sent.</summary>
    internal int Telling => runner.Telling;

    /// <summary>Runs ticks of a flow one after another, so that a missed tick does not block the next one by -MultipleInstances.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="ticks">The ticks.</param>
    /// <param name="drain">Cancelled when no more may start.</param>
    /// <param name="cancel">Cancelled when running ticks must stop.</param>
    internal void Start(ScheduledFlow flow, IReadOnlyList<ScheduledTick> ticks, CancellationToken drain, CancellationToken cancel) =>
        Do(() => runner.Run(new TickOrder(flow, ticks, listener.Ended) { Drain = drain, Stop = cancel, Places = _places }));

    /// <summary>Reports crashed ticks that other processes have left behind.</summary>
    internal void Sweep(Func<string, ScheduledFlow?> find, CancellationToken cancel) => Do(() => runner.Sweep(find, cancel));

    /// <summary>Runs an action in the background.</summary>
    internal void Do(Action action) => Do(() =>
    {
        action();
        return Task.CompletedTask;
    });

    /// <summary>Completes when no tick runs or waits any more.</summary>
    internal async Task WhenIdle()
    {
        while (true)
        {
            Task[] tasks;
            lock (_gate)
            {
                tasks = [.. _tasks];
            }

            if (tasks.Length == 0)
            {
                return;
            }

            // Some of them may start others.
            await Task.WhenAll(tasks).ConfigureAwait(false);
        }
    }

    public void Dispose() => _places.Dispose();

    private void Do(Func<Task> action)
    {
        lock (_gate)
        {
            Task task = Task.Run(action, CancellationToken.None);
            _tasks.Add(task);
            _ = task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
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
