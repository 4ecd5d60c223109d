using System.Collections.ObjectModel;
using System.Management.Automation;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;

namespace FlowModule.Workers;

/// <content>The scripts of a run's policy, in the worker's session.</content>
internal sealed partial class PowerShellWorker
{
    /// <summary>How long one script of a policy may take, in seconds. A run whose hook hangs could not be stopped: it has ended.</summary>
    internal const double ScriptSeconds = 60;

    /// <summary>The clock of that limit.</summary>
    internal static TimeProvider ScriptClock { get; set; } = TimeProvider.System;

    private sealed class ScriptHost(PowerShellWorker worker) : RunHost
    {
        protected override Collection<PSObject> Invoke(FlowRun run, FlowRun subject, ScriptBlock script, object? item, object?[] arguments)
        {
            worker._scriptsRan = true;
            RunAttempt attempt = run.CurrentAttempt;
            bool isEntered = attempt.TryEnter(() => worker.Interrupt(run), () => worker.GiveUpScript(run));
            int ticks = 0;
            using ITimer limit = ScriptClock.CreateTimer(
                _ =>
                {
                    if (Interlocked.Increment(ref ticks) == 1)
                    {
                        worker.Interrupt(run);
                    }
                    else
                    {
                        worker.GiveUpScript(run);
                    }
                },
                state: null,
                TimeSpan.FromSeconds(ScriptSeconds),
                TimeSpan.FromSeconds(FlowRun.GraceSeconds));
            try
            {
                Collection<PSObject> result = worker._session!.Call(run, subject, script, item, arguments);
                return worker._abandoned ? throw new HostInterruptedException() : result;
            }
            catch (PipelineStoppedException)
            {
                throw new HostInterruptedException();
            }
            finally
            {
                if (isEntered)
                {
                    attempt.Leave();
                }
            }
        }

        protected override void Write(FlowRun run, object record) => worker._source?.Write(run, record);
    }
}
