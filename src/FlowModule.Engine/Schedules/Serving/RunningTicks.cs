using FlowModule.Engine.Schedules.Ticks;

namespace FlowModule.Engine.Schedules.Serving;

/// <summary>The times that a scheduler has given to its runner. So many scripts run at once and not more.</summary>
/// <param name="runner">Runs them.</param>
/// <param name="listener">Is told how they end.</param>
/// <param name="throttleLimit">How many run at once.</param>
internal sealed class RunningTicks(IScheduledRunner runner, ISchedulerListener listener, int throttleLimit) : IDisposable
{
    private readonly object _gate = new();
    private readonly SemaphoreSlim _places = new(throttleLimit);
    private readonly HashSet<Task> _tasks = [];

    /// <summary>How many run now; those that wait for their turn or a place are not among them.</summary>
    internal int Count => throttleLimit - _places.CurrentCount;

    /// <summary>Of how many failures somebody is being told.</summary>
    internal int Telling => runner.Telling;

    /// <summary>Runs times of a flow, one after another: what is made up for must not keep itself from running.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="ticks">The times.</param>
    /// <param name="drain">Fires when no more are to start.</param>
    /// <param name="cancel">Fires when what runs is to stop.</param>
    internal void Start(ScheduledFlow flow, IReadOnlyList<ScheduledTick> ticks, CancellationToken drain, CancellationToken cancel) =>
        Do(() => runner.Run(new TickOrder(flow, ticks, listener.Ended) { Drain = drain, Stop = cancel, Places = _places }));

    /// <summary>Has those told of what other processes have left behind who are to know.</summary>
    internal void Sweep(Func<string, ScheduledFlow?> find, CancellationToken cancel) => Do(() => runner.Sweep(find, cancel));

    /// <summary>Has something done that takes a while.</summary>
    internal void Do(Action action) => Do(() =>
    {
        action();
        return Task.CompletedTask;
    });

    /// <summary>Ends when none runs or waits any more.</summary>
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
