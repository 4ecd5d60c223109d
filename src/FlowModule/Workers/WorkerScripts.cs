using System.Collections.ObjectModel;
using System.Management.Automation;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;

namespace FlowModule.Workers;

/// <summary>Calls the scripts of a run's policy in the worker's session, on its thread, for a limited time.</summary>
internal sealed class WorkerScripts(PowerShellWorker worker) : RunHost
{
    /// <summary>How long one script of a policy may take, in seconds. A run whose hook hangs could not be stopped: it has ended.</summary>
    internal const double Seconds = 60;

    private bool _haveRun;

    /// <summary>The clock of that limit.</summary>
    internal static TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>Whether a script has run since the last call.</summary>
    internal bool TakeHaveRun()
    {
        bool haveRun = _haveRun;
        _haveRun = false;
        return haveRun;
    }

    protected override Collection<PSObject> Invoke(FlowRun run, FlowRun subject, ScriptBlock script, object? item, object?[] arguments)
    {
        _haveRun = true;
        RunAttempt attempt = run.CurrentAttempt;
        bool isEntered = attempt.TryEnter(() => worker.Interrupt(run), () => worker.GiveUpScript(run));
        int ticks = 0;
        using ITimer limit = Clock.CreateTimer(
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
            TimeSpan.FromSeconds(Seconds),
            TimeSpan.FromSeconds(FlowRun.GraceSeconds));
        try
        {
            return worker.Call(run, subject, script, item, arguments);
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

    protected override void Write(FlowRun run, object record) => worker.Write(run, record);
}
