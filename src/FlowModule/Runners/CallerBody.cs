using System.Management.Automation;
using FlowModule.Bodies;
using FlowModule.Closures;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Secrets;
using FlowModule.Sessions;
using FlowModule.Streams;

namespace FlowModule.Runners;

/// <summary>Executes bodies in the caller's own runspace.</summary>
internal sealed class CallerBody(PSCmdlet cmdlet, RunspaceContext context, RunEmitter emitter)
{
    // A cmdlet that is told how to treat a stream applies that to what it writes itself: then it must be the one that writes.
    private static readonly string[] StreamParameters =
        ["ErrorAction", "WarningAction", "InformationAction", "ProgressAction", "ErrorVariable", "WarningVariable", "InformationVariable"];

    private readonly bool _writesThroughCmdlet = Array.Exists(StreamParameters, cmdlet.MyInvocation.BoundParameters.ContainsKey);

    /// <summary>Whether the pipeline that the cmdlet is in was stopped while a body executed.</summary>
    internal bool WasInterrupted { get; private set; }

    /// <summary>Executes the body of a run. What makes the cmdlet itself end is kept in <paramref name="broken"/>, to be thrown when the run has ended.</summary>
    internal RunOutcome Execute(FlowRun run, out Exception? broken)
    {
        var flow = (Flow)run.Flow;
        System.Collections.Hashtable? usings = (run.HostData as SubflowWork)?.Closure.Usings;

        // A task of a run that executes in this very pipeline needs none of its own, which costs several times the rest: that is only
        // for what has to be stopped by itself.
        return run.Kind == RunKind.Task && run.TimeoutSeconds is null && context.CurrentRun is not null
            ? ExecuteHere(run, flow, usings, out broken)
            : ExecuteInPipeline(run, flow, usings, out broken);
    }

    private RunOutcome ExecuteHere(FlowRun run, Flow flow, System.Collections.Hashtable? usings, out Exception? broken)
    {
        broken = null;
        FlowRun? around = context.CurrentRun;
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
    }

    /// <summary>What reads the cmdlet's streams is the run's around it: what that writes, and starts, is its own.</summary>
    private void Emit(in RunOutput output, FlowRun? around)
    {
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
            if (run.TryEnter(() => pipeline.BeginStop(callback: null, state: null), abandon: null))
            {
                BodyPipeline.Invoke(
                    pipeline,
                    _ =>
                    {
                        // A stop that comes while the pipeline is only about to begin passes it by.
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
            // The run was stopped: it says why. Or the writer threw: that is kept.
        }
        catch (InvalidPowerShellStateException) when (run.StopRequest is not null)
        {
            // The run was stopped before its pipeline had begun.
        }
        catch (ActionPreferenceStopException) when (failure is not null)
        {
            // An error that the caller wants to stop at; kept, and thrown once the run has ended.
        }
        finally
        {
            run.Leave();
        }

        if (failure is null && pipeline.InvocationStateInfo.State == PSInvocationState.Stopped)
        {
            // Ctrl+C stops inner pipelines before it tells the cmdlet. Only the first request counts.
            WasInterrupted |= run.Stop(context.PipelineStopped());
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
                // The inner pipeline swallows what stops the outer one; it must be thrown there.
                failure ??= exception;
                throw;
            }
        }
    }

    private RunOutcome Invoke(FlowRun run, Flow flow, System.Collections.Hashtable? usings)
    {
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
