using System.Management.Automation;
using FlowModule.Engine.Runs;
using FlowModule.Sessions;
using FlowModule.Streams;

namespace FlowModule.Runners;

/// <summary>
/// Waits on a pipeline's thread for another thread. In the meantime it writes the output of background tasks, and
/// executes calls that workers make back into this runspace.
/// </summary>
internal sealed class CallerWait(PSCmdlet cmdlet, RunspaceContext context, RunEmitter emitter)
{
    private List<RunOutput> _batch = [];

    /// <summary>Wakes the wait, from another thread.</summary>
    internal void Signal() => context.TaskOutput.Signal();

    /// <summary>Waits until <paramref name="isOver"/> is true; it is checked after each <see cref="Signal"/>.</summary>
    /// <param name="isOver">Whether the wait is over.</param>
    /// <param name="evenIfStopping">Whether to continue while the pipeline is being stopped, because the wait will end soon.</param>
    /// <exception cref="PipelineStoppedException">The pipeline is being stopped.</exception>
    internal void Until(Func<bool> isOver, bool evenIfStopping = false)
    {
        if (isOver())
        {
            return;
        }

        ForeignCalls calls = context.CallsInto(cmdlet);
        while (!isOver())
        {
            calls.BeginWait(Signal);
            context.TaskOutput.Read(ref _batch, wait: true);
            calls.EndWait(cmdlet);
            if (cmdlet.Stopping && !evenIfStopping)
            {
                throw new PipelineStoppedException();
            }

            Emit();
        }
    }

    /// <summary>Writes the current output of background tasks.</summary>
    internal void WriteTaskOutput()
    {
        if (context.TaskOutput.Count > 0)
        {
            context.TaskOutput.Read(ref _batch, wait: false);
            Emit();
        }
    }

    private void Emit()
    {
        try
        {
            foreach (RunOutput output in _batch)
            {
                if (!cmdlet.Stopping)
                {
                    emitter.Emit(output);
                }
            }
        }
        finally
        {
            _batch.Clear();
        }
    }
}
