using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using FlowModule.Bodies;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Workers;
using FlowModule.Sessions;
using FlowModule.Streams;

namespace FlowModule.Workers;

/// <summary>
/// A worker: one runspace with its own thread. One long-lived pipeline in it takes runs and executes their bodies; only a run
/// that has to be stopped costs the pipeline, and the next run gets a new one.
/// </summary>
internal sealed class PowerShellWorker : WorkerThread
{
    private readonly WorkerOrigin _origin;
    private readonly bool _isForOneRun;
    private readonly WorkerScripts _scripts;
    private Runspace? _runspace;
    private PowerShell? _pipeline;
    private WorkerSession? _session;
    private bool _pipelineIsStopping;

    /// <param name="pool">The pool that the worker returns to.</param>
    /// <param name="origin">The session that it works for.</param>
    /// <param name="isForOneRun">Whether it ends with its first run, so that the next one gets a runspace of its own.</param>
    internal PowerShellWorker(WorkerPool pool, WorkerOrigin origin, bool isForOneRun = false)
        : base(pool, "FlowModule worker")
    {
        _isForOneRun = isForOneRun;
        _origin = origin;
        _scripts = new WorkerScripts(this);
    }

    /// <inheritdoc/>
    public override void Prepare() => StartAhead();

    /// <inheritdoc/>
    protected override void Work()
    {
        _runspace = WorkerRunspace.OpenInTurn(_origin, Forward, () => IsAhead || Source is { HasWaiting: true });
        if (_runspace is null)
        {
            Retire();
            return;
        }

        RunspaceContext context = RunspaceContext.ForWorker(_runspace, _origin);
        context.Forward = Forward;
        _session = new WorkerSession(context, new WorkerDebugger(_runspace, context, Forward));
        RunPipelines(_runspace);
    }

    /// <inheritdoc/>
    protected override void Close() => _runspace?.Dispose();

    /// <inheritdoc/>
    protected override void Fail(IRunSource source, FlowRun run, RunFailure failure)
    {
        run.Driver!.FailWithoutHost(failure);
        source.Begin(run, host: null);
    }

    /// <summary>Calls a script of a run's policy in the worker's session.</summary>
    /// <exception cref="HostInterruptedException">The script was given up.</exception>
    internal Collection<PSObject> Call(FlowRun run, FlowRun subject, ScriptBlock script, object? item, object?[] arguments)
    {
        Collection<PSObject> result = _session!.Call(run, subject, script, item, arguments);
        return IsAbandoned ? throw new HostInterruptedException() : result;
    }

    /// <summary>Writes a record of a script to the run's output.</summary>
    internal void Write(FlowRun run, object record) => Source?.Write(run, record);

    /// <summary>Stops the pipeline, and what the run executes in it.</summary>
    internal void Interrupt(FlowRun run)
    {
        lock (Gate)
        {
            if (Current != run || _pipelineIsStopping || _pipeline is null)
            {
                return;
            }

            _pipelineIsStopping = true;
            PipelineStop.Begin(_pipeline);
        }
    }

    /// <summary>A script did not stop: its worker is never used again, and another worker ends the run.</summary>
    internal void GiveUpScript(FlowRun run)
    {
        if (TryAbandon(run, out IRunSource? source))
        {
            run.Driver!.HostLost(_scripts);
            source?.WorkerLost();
        }
    }

    /// <summary>The run did not stop: its worker is never used again, and another may take its place.</summary>
    private void GiveUp(FlowRun run)
    {
        if (TryAbandon(run, out IRunSource? source))
        {
            source!.BodyEnded(run, RunOutcome.Abandoned);
            source.WorkerLost();
        }
    }

    private void RunPipelines(Runspace runspace)
    {
        // A thread that was started ahead has its first pipeline before there is a source.
        bool isAhead = IsAhead;
        while (isAhead || WaitForSource())
        {
            isAhead = false;
            using var pipeline = PowerShell.Create();
            pipeline.Runspace = runspace;
            lock (Gate)
            {
                _pipeline = pipeline;
                _pipelineIsStopping = false;
            }

            try
            {
                BodyPipeline.Invoke(pipeline, TakeRuns, Forward);
            }
            catch (PipelineStoppedException)
            {
                // A run was stopped, and the pipeline with it.
            }
            finally
            {
                lock (Gate)
                {
                    _pipeline = null;
                }
            }
        }
    }

    /// <summary>The pump: takes runs until the pipeline is being stopped or the worker ends.</summary>
    private void TakeRuns(PSCmdlet pump)
    {
        if (!_session!.Attach(pump))
        {
            Retire();
            return;
        }

        while (WaitForSource(pump))
        {
            IRunSource source = Source!;
            while (source.Take() is { } run)
            {
                if (!Execute(source, run))
                {
                    return;
                }
            }

            Return();
        }
    }

    /// <summary>
    /// Waits until the worker is rented. False if it must end. In the meantime, the pipeline executes method calls on objects that runs have created here.
    /// </summary>
    private bool WaitForSource(PSCmdlet pump)
    {
        while (true)
        {
            _session!.Calls?.BeginWait(Wake);
            bool isRented = WaitForSource(untilWoken: true);
            _session.Calls?.EndWait(pump);
            if (isRented || !TakeWake())
            {
                return isRented;
            }
        }
    }

    /// <summary>Executes one run. False when this pipeline must not be used again.</summary>
    private bool Execute(IRunSource source, FlowRun run)
    {
        lock (Gate)
        {
            Current = run;
        }

        if (!source.Begin(run, _scripts))
        {
            return EndWithoutBody();
        }

        RunOutcome outcome = RunOutcome.Nothing;
        bool broken = false;
        RunAttempt attempt = run.CurrentAttempt;
        if (attempt.TryEnter(() => Interrupt(run), () => GiveUp(run)))
        {
            try
            {
                outcome = _session!.Execute(run);
            }
            catch (PipelineStoppedException) when (run.StopRequest is not null)
            {
                // The run's stop request has the reason.
            }
            catch (PipelineStoppedException exception)
            {
                // Nobody stopped the run, so the worker is being stopped: somebody has closed its runspace.
                broken = true;
                outcome = new RunOutcome([], RunErrors.Crash(exception));
            }
            catch (Exception exception)
            {
                // An error of the body is an outcome; this is an error in the worker's preparation, such as a failed module import.
                outcome = new RunOutcome([], RunErrors.Describe(run, exception));
            }

            // The same one: a body that was given up may come back when the next attempt is under way.
            attempt.Leave();
        }

        bool stopping;
        lock (Gate)
        {
            Current = null;
            stopping = _pipelineIsStopping;
        }

        if (IsAbandoned)
        {
            return false;
        }

        bool clean = !_isForOneRun && (stopping || (!broken && TryCleanUp()));
        source.BodyEnded(run, outcome);
        if (!clean)
        {
            Retire();
        }

        return clean && !stopping;
    }

    /// <summary>The run needed no body to be executed, but scripts of its policy may have run. False when this pipeline must not be used again.</summary>
    private bool EndWithoutBody()
    {
        bool stopping;
        lock (Gate)
        {
            Current = null;
            stopping = _pipelineIsStopping;
        }

        if (IsAbandoned)
        {
            return false;
        }

        bool clean = !_scripts.TakeHaveRun() || stopping || TryCleanUp();
        if (!clean)
        {
            Retire();
        }

        return clean && !stopping;
    }

    /// <summary>A session that cannot be cleaned up is not used again. The run that was in it must end all the same: it is waited for.</summary>
    private bool TryCleanUp()
    {
        try
        {
            return _session!.CleanUp();
        }
        catch (Exception)
        {
            return false;
        }
    }

    /// <summary>A record of the run that executes now. After a worker was given up, its run has ended and says no more.</summary>
    private void Forward(object record)
    {
        if (Current is { } run && !IsAbandoned)
        {
            Source?.Write(run, StreamRecords.Note(_session?.CurrentRun ?? run, record));
        }
    }
}
