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
internal sealed partial class PowerShellWorker : IWorker
{
    private static int s_alive;

    private readonly object _gate = new();
    private readonly WorkerPool _pool;
    private readonly WorkerOrigin _origin;
    private readonly bool _isForOneRun;
    private readonly ScriptHost _host;
    private bool _scriptsRan;
    private Thread? _thread;
    private IRunSource? _source;
    private PowerShell? _pipeline;
    private WorkerSession? _session;
    private FlowRun? _current;
    private bool _pipelineIsStopping;
    private bool _closing;
    private volatile bool _abandoned;

    /// <param name="pool">The pool that the worker returns to.</param>
    /// <param name="origin">The session that it works for.</param>
    /// <param name="isForOneRun">Whether it ends with its first run, so that the next one gets a runspace of its own.</param>
    internal PowerShellWorker(WorkerPool pool, WorkerOrigin origin, bool isForOneRun = false)
    {
        _isForOneRun = isForOneRun;
        _pool = pool;
        _origin = origin;
        _host = new ScriptHost(this);
    }

    /// <summary>The number of workers in the process that have a thread, including abandoned ones.</summary>
    internal static int Alive => Volatile.Read(ref s_alive);

    /// <inheritdoc/>
    public void Serve(IRunSource source)
    {
        lock (_gate)
        {
            _source = source;
            if (_failure is { } failure)
            {
                // The preparation failed, and the worker was lent at that moment. Failing its runs may take long.
                Start(() => FailAll(failure));
            }
            else if (_thread is null)
            {
                Start(Live);
            }
            else
            {
                Monitor.Pulse(_gate);
            }
        }
    }

    /// <summary>Lets an idle worker's thread end. Does not wait for it.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Live()
    {
        Runspace? runspace = null;
        Interlocked.Increment(ref s_alive);
        try
        {
            runspace = WorkerRunspace.OpenInTurn(_origin, Forward, () => _isAhead || _source is { HasWaiting: true });
            if (runspace is null)
            {
                Retire();
                return;
            }

            RunspaceContext context = RunspaceContext.ForWorker(runspace, _origin);
            context.Forward = Forward;
            _session = new WorkerSession(context, new WorkerDebugger(runspace, context, Forward));
            RunPipelines(runspace);
        }
        catch (Exception exception)
        {
            // The worker itself has failed, for example because its runspace does not open. Its runs must report this, because nothing else will.
            RunFailure failure = RunErrors.Crash(exception);
            _pool.Forget(this);
            lock (_gate)
            {
                _failure = failure;
            }

            FailAll(failure);
        }
        finally
        {
            runspace?.Dispose();
            Interlocked.Decrement(ref s_alive);
        }
    }

    private void RunPipelines(Runspace runspace)
    {
        bool isAhead = _isAhead;
        while (isAhead || WaitForSource())
        {
            isAhead = false;
            using var pipeline = PowerShell.Create();
            pipeline.Runspace = runspace;
            lock (_gate)
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
                lock (_gate)
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
            IRunSource source = _source!;
            while (source.Take() is { } run)
            {
                if (!Execute(source, run))
                {
                    return;
                }
            }

            lock (_gate)
            {
                _source = null;
            }

            _pool.Return(this);
        }
    }

    /// <summary>Executes one run. False when this pipeline must not be used again.</summary>
    private bool Execute(IRunSource source, FlowRun run)
    {
        lock (_gate)
        {
            _current = run;
        }

        if (!source.Begin(run, _host))
        {
            return EndWithoutBody();
        }

        RunOutcome outcome = RunOutcome.Nothing;
        bool broken = false;
        RunAttempt attempt = run.CurrentAttempt;
        if (attempt.TryEnter(() => Interrupt(run), () => GiveUp(source, run)))
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
        lock (_gate)
        {
            _current = null;
            stopping = _pipelineIsStopping;
        }

        if (_abandoned)
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
        lock (_gate)
        {
            _current = null;
            stopping = _pipelineIsStopping;
        }

        if (_abandoned)
        {
            return false;
        }

        bool clean = stopping || !_scriptsRan || TryCleanUp();
        _scriptsRan = false;
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
        if (_current is { } run && !_abandoned)
        {
            _source?.Write(run, StreamRecords.Note(_session?.CurrentRun ?? run, record));
        }
    }
}
