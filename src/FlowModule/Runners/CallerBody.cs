using System.Management.Automation;
using FlowModule.Bodies;
using FlowModule.Closures;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Engine.Telemetry;
using FlowModule.Secrets;
using FlowModule.Sessions;
using FlowModule.Streams;

namespace FlowModule.Runners;

/// <summary>Executes bodies in the caller's own runspace.</summary>
internal sealed class CallerBody(PSCmdlet cmdlet, RunspaceContext context, RunEmitter emitter)
{
    // A cmdlet with such a parameter applies it only to records that it writes itself.
    private static readonly string[] StreamParameters =
        ["ErrorAction", "WarningAction", "InformationAction", "ProgressAction", "ErrorVariable", "WarningVariable", "InformationVariable"];

    private readonly bool _writesThroughCmdlet = Array.Exists(StreamParameters, cmdlet.MyInvocation.BoundParameters.ContainsKey);

    /// <summary>Whether the cmdlet's pipeline was stopped while a body executed.</summary>
    internal bool WasInterrupted { get; private set; }

    /// <summary>Executes the body of a run. An exception that must end the cmdlet itself is returned in <paramref name="broken"/>, to be thrown when the run has ended.</summary>
    internal RunOutcome Execute(FlowRun run, out Exception? broken)
    {
        var flow = (Flow)run.Flow;
        System.Collections.Hashtable? usings = (run.HostData as SubflowWork)?.Closure.Usings;

        // A task in line, in a run that executes in the same pipeline, needs no pipeline of its own, which costs several times as much as the rest. Only
        // runs that must be stopped separately need one.
        return run.Kind == RunKind.Task && run.TimeoutSeconds is null && context.CurrentRun is not null
            ? ExecuteHere(run, flow, usings, out broken)
            : ExecuteInPipeline(run, flow, usings, out broken);
    }

    private RunOutcome ExecuteHere(FlowRun run, Flow flow, System.Collections.Hashtable? usings, out Exception? broken)
    {
        broken = null;
        FlowRun? around = context.CurrentRun;
        if (!run.CurrentAttempt.TryEnter(() => InterruptWithParent(run), abandon: null))
        {
            return RunOutcome.Nothing;
        }

        try
        {
            if (!_writesThroughCmdlet && !MergedStreams.Any(cmdlet))
            {
                return Invoke(run, flow, usings);
            }

            RunOutcome outcome = RunOutcome.Nothing;
            using var transcript = new TranscriptText();
            BodyPipeline.InvokeHere(
                _ => outcome = Invoke(run, flow, usings),
                record =>
                {
                    Emit(new RunOutput(run, Note(run, record)), around);
                    transcript.Written(record);
                });
            return outcome;
        }
        catch (PipelineStoppedException exception)
        {
            broken = exception;
            WasInterrupted = true;
            return RunOutcome.Nothing;
        }
        finally
        {
            run.CurrentAttempt.Leave();
        }
    }

    /// <summary>The run executes in the pipeline of the run around it: what stops that one stops both, and nothing stops the inner one alone.</summary>
    private static void InterruptWithParent(FlowRun run)
    {
        // Ctrl+C ends the pipeline that they are in, whichever of them it stops first.
        if (run is { StopRequest.Interruption: null, Parent: { StopRequest: null } around })
        {
            run.Listeners.Logged(
                run, run.Time.GetLocalNow(), FlowLogLevel.Warning,
                $"{run.KindName} '{run.Name}' was told to stop. It cannot be interrupted alone, because it runs in line in the body of '{around.Name}': it is Cancelled when it returns. To end it now, stop '{around.Name}'.");
        }
    }

    /// <summary>The reader of the cmdlet's streams belongs to the run around it: what it writes and starts is that run's.</summary>
    private void Emit(in RunOutput output, FlowRun? around)
    {
        // A task in line writes into the pipeline of its flow.
        using OutputSource.Scope about = OutputSource.About(context.CurrentRun ?? output.Run);
        context.Enter(around);
        try
        {
            emitter.Emit(output);
        }
        finally
        {
            context.Leave();
        }
    }

    private object Note(FlowRun run, object record) => StreamRecords.Note(context.CurrentRun ?? run, record);

    private RunOutcome ExecuteInPipeline(FlowRun run, Flow flow, System.Collections.Hashtable? usings, out Exception? broken)
    {
        RunOutcome outcome = RunOutcome.Nothing;
        Exception? failure = null;
        FlowRun? around = context.CurrentRun;
        using var transcript = new TranscriptText();
        using var pipeline = PowerShell.Create(RunspaceMode.CurrentRunspace);
        try
        {
            if (run.CurrentAttempt.TryEnter(() => PipelineStop.Begin(pipeline), abandon: null))
            {
                BodyPipeline.Invoke(
                    pipeline,
                    _ =>
                    {
                        // A stop request is lost if it comes while the pipeline is beginning.
                        if (run.StopRequest is null)
                        {
                            outcome = Invoke(run, flow, usings);
                        }
                    },
                    record => Write(new RunOutput(run, Note(run, record))));
            }
        }
        catch (PipelineStoppedException)
        {
            // Either the run was stopped and knows the reason, or the writer threw and its exception is kept.
        }
        catch (InvalidPowerShellStateException) when (run.StopRequest is not null)
        {
            // The run was stopped before its pipeline had begun.
        }
        catch (ActionPreferenceStopException) when (failure is not null)
        {
            // An error at which the caller wants to stop; it is kept, and thrown after the run has ended.
        }
        finally
        {
            run.CurrentAttempt.Leave();
        }

        if (failure is null && pipeline.InvocationStateInfo.State == PSInvocationState.Stopped)
        {
            // Ctrl+C stops inner pipelines before it notifies the cmdlet. Only the first request counts.
            WasInterrupted |= run.Stop(context.PipelineStopped() with { IsOfPipeline = true });
        }

        broken = failure;
        return outcome;

        void Write(in RunOutput output)
        {
            try
            {
                Emit(output, around);
                transcript.Written(output.Record);
            }
            catch (Exception exception)
            {
                // The inner pipeline swallows the exception that stops the outer one, so it must be thrown there again.
                failure ??= exception;
                throw;
            }
        }
    }

    private RunOutcome Invoke(FlowRun run, Flow flow, System.Collections.Hashtable? usings)
    {
        using var span = BodySpan.Enter(run, isInSession: true);
        context.Enter(run);
        try
        {
            ScriptBlock body = flow.IsAtHome ? flow.ScriptBlock : flow.UnboundBody;
            CapturedSecrets.Learn(run, flow, VariableScope.For(flow.IsAtHome ? body.Module : null, context, cmdlet.SessionState));
            bool isAway = flow.IsAtHome && body.Module is null && cmdlet.SessionState.Module is not null;
            using GlobalVariables? globals = isAway ? new GlobalVariables(cmdlet.SessionState, run) : null;
            return BodyInvoker.Invoke(run, body, body.Module, SubflowWork.AddUsings(run.Parameters, usings), AskedPreferences.Of(cmdlet), functions: null);
        }
        finally
        {
            context.Leave();
        }
    }
}
