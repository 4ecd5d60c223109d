using System.Management.Automation;

namespace FlowModule.Bodies;

/// <summary>
/// Stops a pipeline without waiting for its end. <see cref="PowerShell.BeginStop"/> would stop it on a thread that catches nothing: an exception
/// there, such as that of an inner pipeline which is disposed at this moment, ends the process.
/// </summary>
internal static class PipelineStop
{
    /// <summary>
    /// Begins the stop. Returns when the pipeline is known to be stopping, and those who watch it were told: <see cref="NativeTree"/> must see the
    /// processes before anyone ends them.
    /// </summary>
    internal static void Begin(PowerShell pipeline)
    {
        // Not disposed: the event may still be on its way when the wait is over.
        var isStopping = new ManualResetEventSlim();
        pipeline.InvocationStateChanged += OnChange;

        if (pipeline.InvocationStateInfo.State is not (PSInvocationState.Running or PSInvocationState.NotStarted))
        {
            // It has ended, or somebody else stops it: no event may follow before it has ended.
            isStopping.Set();
        }

        // A thread of its own: it blocks until the pipeline has ended, and whoever stops must not wait for a free thread of the pool.
        var thread = new Thread(() =>
        {
            try
            {
                pipeline.Stop();
            }
            catch (Exception)
            {
                // The pipeline has ended and was disposed, or what it executes was: then there is nothing left to stop. A run whose body goes on is given up.
            }
            finally
            {
                isStopping.Set();
            }
        }) { IsBackground = true, Name = "FlowModule stop" };
        thread.Start();
        isStopping.Wait();
        pipeline.InvocationStateChanged -= OnChange;

        void OnChange(object? sender, PSInvocationStateChangedEventArgs change)
        {
            if (change.InvocationStateInfo.State != PSInvocationState.Running)
            {
                isStopping.Set();
            }
        }
    }
}
