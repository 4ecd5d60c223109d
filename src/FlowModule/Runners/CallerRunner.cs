using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Runtime.ExceptionServices;
using FlowModule.Bodies;
using FlowModule.Closures;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Tasks;
using FlowModule.Sessions;
using FlowModule.Streams;
using FlowModule.Values;
using FlowModule.Workers;

namespace FlowModule.Runners;

/// <summary>
/// Runs flows and tasks in the caller's own runspace, so that the functions, classes, breakpoints and mocks of the session apply. Used by
/// <c>Invoke-Flow</c>, <c>Invoke-FlowTask</c>, and <c>Start-Subflow</c> without <c>-Parallel</c>.
/// </summary>
internal sealed class CallerRunner : RunHost, IRunExecutor
{
    private readonly object _gate = new();
    private readonly PSCmdlet _cmdlet;
    private readonly RunspaceContext _context;
    private readonly RunEmitter _emitter;
    private readonly FlowLogPreference _log;
    private readonly CallerWait _wait;
    private readonly CallerBody _body;
    private FlowRun? _run;
    private StopRequest? _stop;
    private Exception? _broken;
    private volatile bool _isWoken;

    internal CallerRunner(PSCmdlet cmdlet, RunspaceContext context, RunEmitter emitter, FlowLogPreference log)
    {
        _cmdlet = cmdlet;
        _context = context;
        _emitter = emitter;
        _log = log;
        _wait = new CallerWait(cmdlet, context, emitter);
        _body = new CallerBody(cmdlet, context, emitter);
    }

    /// <summary>Whether no script can be called here any more. Ctrl+C stops inner pipelines before it notifies the cmdlet.</summary>
    private bool IsBeingStopped => _cmdlet.Stopping || _body.WasInterrupted;

    /// <summary>Runs one run to its end and returns its final state, which the caller writes. Its records are written at once.</summary>
    /// <exception cref="PipelineStoppedException">The cmdlet's pipeline is being stopped, or nobody reads its output any more.</exception>
    internal FlowState Run(FlowRun run, RunFailure? failure = null)
    {
        run.Output = _context.CurrentRun?.Output ?? _context.TaskOutput;
        var driver = new RunDriver(run, RunServices.For(run), RunErrors.Instance, this);
        if (failure is not null)
        {
            driver.Fail(failure);
        }

        lock (_gate)
        {
            _run = run;
            if (_stop is { } stop)
            {
                run.Stop(stop);
            }
        }

        if (run.Around?.TryAddDependent(run) == false)
        {
            run.Stop(run.Around.StopRequest ?? new StopRequest(StopKind.Cancelled, $"Parent run '{run.Around.Name}' has ended."));
        }

        _broken = null;
        Drive(run, driver);
        lock (_gate)
        {
            _run = null;
        }

        run.Around?.RemoveDependent(run);
        RunWait.GoOn(_context.CurrentRun);
        if (_broken is not null)
        {
            ExceptionDispatchInfo.Throw(_broken);
        }

        if (_cmdlet.Stopping)
        {
            throw new PipelineStoppedException();
        }

        return driver.Final!;
    }

    /// <summary>Stops the current run, and later ones. Called from another thread.</summary>
    internal void Stop(StopRequest request)
    {
        FlowRun? run;
        lock (_gate)
        {
            _stop ??= request;
            run = _run;
        }

        run?.Stop(request with { IsOfPipeline = true });
        _wait.Signal();
    }

    void IRunExecutor.Wake(FlowRun run)
    {
        _isWoken = true;
        _wait.Signal();
    }

    void IRunExecutor.Waiting(FlowRun run)
    {
        // The thread belongs to the caller, so it cannot be abandoned.
    }

    void IRunExecutor.Log(FlowRun run, LogLine line)
    {
        if (!_cmdlet.Stopping && line.IsShown(_log))
        {
            Guard(run, () => _emitter.Emit(new RunOutput(run, line)));
        }
    }

    bool IRunExecutor.WantsLog => _log != FlowLogPreference.None;

    protected override Collection<PSObject> Invoke(FlowRun run, FlowRun subject, ScriptBlock script, object? item, object?[] arguments)
    {
        if (IsBeingStopped)
        {
            throw new HostInterruptedException(hasBegun: false);
        }

        List<PSVariable> variables = [];
        Dictionary<string, ScriptBlock>? functions = null;
        if ((subject.HostData as SubflowWork)?.Closure is { } closure)
        {
            // The values from the start of the task, because the scope in which it was started may be gone.
            var here = new WorkerClosure(closure, closure.Modules);
            variables.AddRange(here.Variables.Select(entry => new PSVariable(entry.Key, entry.Value)));
            functions = here.Functions.Count == 0 ? null : here.Functions;
        }

        RunVariables.Add(variables, subject, item);
        ScriptBlock bound = ((Flow)subject.Flow).IsAtHome ? script : ScriptBlocks.Unbind(script);

        // A script of the global session that a module's function calls does not see the scope of its caller.
        bool isAway = bound.Module is null && _cmdlet.SessionState.Module is not null;
        return InPipeline(run, () => isAway
            ? bound.InvokeWithContext(functions, variables, arguments)
            : BodyInvoker.Call(bound, bound.Module, arguments, variables, functions));
    }

    /// <summary>Calls a script so that its output belongs to the run, like that of the body.</summary>
    private Collection<PSObject> InPipeline(FlowRun run, Func<Collection<PSObject>> call)
    {
        Collection<PSObject> result = [];
        ExceptionDispatchInfo? thrown = null;
        using var transcript = new TranscriptText();
        try
        {
            BodyPipeline.InvokeHere(
                _ =>
                {
                    try
                    {
                        result = call();
                    }
                    catch (Exception exception) when (exception is not PipelineStoppedException)
                    {
                        // The pipeline would wrap it in another exception.
                        thrown = ExceptionDispatchInfo.Capture(exception);
                    }
                },
                record =>
                {
                    Guard(run, () => _emitter.Emit(new RunOutput(run, StreamRecords.Note(run, record))));
                    transcript.Written(record);
                });
        }
        catch (PipelineStoppedException)
        {
            throw new HostInterruptedException();
        }

        thrown?.Throw();
        return result;
    }

    protected override void Write(FlowRun run, object record)
    {
        if (_cmdlet.Stopping)
        {
            run.Output?.WriteNow(new RunOutput(run, record));
        }
        else
        {
            Guard(run, () => _emitter.Emit(new RunOutput(run, record)));
        }
    }

    /// <summary>A failed write ends the cmdlet, but only after its run has ended.</summary>
    private void Guard(FlowRun run, Action write)
    {
        try
        {
            write();
        }
        catch (Exception exception)
        {
            Break(run, exception);
        }
    }

    private void Break(FlowRun run, Exception exception)
    {
        _broken ??= exception;
        run.Stop(new StopRequest(StopKind.Cancelled, "Nothing reads the output of the flow any more."));
    }

    private void Drive(FlowRun run, RunDriver driver)
    {
        while (true)
        {
            _isWoken = false;
            switch (driver.Next(IsBeingStopped ? null : this))
            {
                case RunStep.Execute:
                    driver.BodyEnded(Execute(run));
                    break;
                case RunStep.Wait:
                    // A pipeline that is being stopped has notified the run, which ends soon.
                    using (RunWait.BeginInside(_context.CurrentRun))
                    {
                        Guard(run, () => _wait.Until(() => _isWoken, evenIfStopping: true));
                    }

                    break;
                case RunStep.Done:
                    Guard(run, _wait.WriteTaskOutput);
                    return;
                default:
                    CallScriptsElsewhere(run);
                    return;
            }
        }
    }

    private RunOutcome Execute(FlowRun run)
    {
        try
        {
            RunOutcome outcome = _body.Execute(run, out Exception? broken);
            if (broken is not null)
            {
                Break(run, broken);
            }

            return outcome;
        }
        catch (Exception exception)
        {
            // Exceptions of the body are outcomes; this one is from the preparation. If the run did not end, others would wait for it forever.
            return new RunOutcome([], RunErrors.Describe(run, exception));
        }
    }

    /// <summary>A pipeline that is being stopped cannot call scripts, so a worker calls the hooks of the run.</summary>
    private void CallScriptsElsewhere(FlowRun run)
    {
        bool isOver = false;
        var hooks = new HookRunner(run, run.Output!, () =>
        {
            Volatile.Write(ref isOver, true);
            _wait.Signal();
        });
        try
        {
            _context.Pool.Rent(hooks);
        }
        catch (Exception)
        {
            // The session is closing, or there are no more threads: the run ends without its hooks.
            hooks.WorkerLost();
        }

        _wait.Until(() => Volatile.Read(ref isOver), evenIfStopping: true);
    }
}
