namespace FlowModule.Engine.Runs.Driving;

/// <summary>A run that waits holds no thread: whoever brings what it waits for wakes its executor, once.</summary>
internal sealed class RunParking(FlowRun run, IRunExecutor executor)
{
    private int _isParked;

    /// <summary>Waits. The run may be woken at any moment from now on, and is at once if it need not wait.</summary>
    internal RunStep Park(Func<bool> isReady)
    {
        executor.Waiting(run);
        Interlocked.Exchange(ref _isParked, 1);
        if (isReady() || run.StopRequest is not null)
        {
            Unpark();
        }

        return RunStep.Wait;
    }

    internal void Unpark()
    {
        if (Interlocked.Exchange(ref _isParked, 0) == 1)
        {
            executor.Wake(run);
        }
    }
}
