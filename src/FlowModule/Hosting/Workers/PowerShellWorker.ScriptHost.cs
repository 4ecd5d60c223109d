using System.Collections.ObjectModel;
using System.Management.Automation;
using FlowModule.Engine;

namespace FlowModule.Hosting;

/// <content>The scripts of a run's policy, in the worker's session.</content>
internal sealed partial class PowerShellWorker
{
    /// <summary>How long one script of a policy may take, in seconds. A run whose hook hangs could not be stopped: it has ended.</summary>
    private const double ScriptSeconds = 60;

    private sealed class ScriptHost(PowerShellWorker worker) : RunHost
    {
        protected override Collection<PSObject> Invoke(FlowRun run, FlowRun subject, ScriptBlock script, object? item, object?[] arguments)
        {
            worker._scriptsRan = true;
            bool isEntered = run.TryEnter(() => worker.Interrupt(run), abandon: null);
            using ITimer limit = TimeProvider.System.CreateTimer(
                _ => worker.Interrupt(run), state: null, TimeSpan.FromSeconds(ScriptSeconds), Timeout.InfiniteTimeSpan);
            try
            {
                return worker._session!.Call(run, subject, script, item, arguments);
            }
            catch (PipelineStoppedException)
            {
                throw new HostInterruptedException();
            }
            finally
            {
                if (isEntered)
                {
                    run.Leave();
                }
            }
        }

        protected override void Write(FlowRun run, object record) => worker._source?.Write(run, record);
    }
}
