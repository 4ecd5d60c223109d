using System.Management.Automation;
using FlowModule.Engine;

namespace FlowModule.Hosting;

/// <summary>
/// Runs a flow in the caller's own runspace, so that the functions, classes, breakpoints and mocks of the session apply: what
/// <c>Invoke-Flow</c> does, and <c>Start-Subflow</c> without <c>-Parallel</c>.
/// </summary>
internal sealed class CallerRunner(PSCmdlet cmdlet, RunspaceContext context, RunEmitter emitter, bool logLines)
{
    private readonly object _gate = new();
    private FlowRun? _run;
    private StopRequest? _stop;

    /// <summary>Runs one run to its end and gives its final state, which is the caller's to write. Its records are written as they come.</summary>
    /// <exception cref="PipelineStoppedException">The cmdlet's pipeline is being stopped, or nobody reads its output any more.</exception>
    internal FlowState Run(FlowRun run, Flow flow)
    {
        lock (_gate)
        {
            _run = run;
            if (_stop is { } stop)
            {
                run.Stop(stop);
            }
        }

        bool held = run.Parent?.TryAddDependent(run) ?? true;
        if (!held)
        {
            run.Stop(run.Parent!.StopRequest ?? new StopRequest(StopKind.Cancelled, $"Parent run '{run.Parent.Name}' has ended."));
        }

        using var ended = new ManualResetEventSlim();
        Exception? writeFailure = null;
        RunOutcome outcome = Execute(run, flow, ref writeFailure);
        if (writeFailure is not null)
        {
            run.Stop(new StopRequest(StopKind.Cancelled, "Nothing reads the output of the flow any more."));
        }

        RunCompletion.BodyEnded(run, outcome, RunErrors.Instance, _ => ended.Set());
        ended.Wait();
        lock (_gate)
        {
            _run = null;
        }

        FlowState state = run.State;
        run.Parent?.RemoveDependent(run);

        if (writeFailure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(writeFailure);
        }

        if (cmdlet.Stopping)
        {
            throw new PipelineStoppedException();
        }

        if (logLines && run.StartTime is not null)
        {
            emitter.Emit(new RunOutput(run, LogLine.Finished(run, state)));
        }

        return state;
    }

    /// <summary>Stops the run that runs now, and any after it. From another thread.</summary>
    internal void Stop(StopRequest request)
    {
        FlowRun? run;
        lock (_gate)
        {
            _stop ??= request;
            run = _run;
        }

        run?.Stop(request);
    }

    private RunOutcome Execute(FlowRun run, Flow flow, ref Exception? writeFailure)
    {
        if (!run.TryStart())
        {
            return RunOutcome.Nothing;
        }

        var usings = ClosurePlan.For(flow.BodyAst!).Usings.Count == 0 ? null : new ClosureCapture(context, cmdlet).Capture(flow).Usings;
        RunOutcome outcome = RunOutcome.Nothing;
        Exception? failure = null;
        using var pipeline = PowerShell.Create(RunspaceMode.CurrentRunspace);
        BodyPipeline.Build(
            pipeline,
            _ => outcome = Invoke(run, flow, usings),
            record => Write(new RunOutput(run, StreamRecords.Note(run, record))));
        try
        {
            if (logLines)
            {
                Write(new RunOutput(run, LogLine.Beginning(run)));
            }

            if (run.TryEnter(() => pipeline.BeginStop(callback: null, state: null), abandon: null))
            {
                pipeline.Invoke();
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

        writeFailure = failure;
        return outcome;

        void Write(in RunOutput output)
        {
            try
            {
                emitter.Emit(output);
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
