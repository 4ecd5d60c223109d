using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Workers;
using FlowModule.Streams;

namespace FlowModule.Workers;

/// <summary>
/// A worker with a thread of its own: starts with the first source that it is rented to, waits between sources, and ends when its pool disposes it,
/// when it retires, or when it fails. What it does with a run is up to the class derived from it.
/// </summary>
/// <param name="pool">The pool that the worker returns to.</param>
/// <param name="name">The name of the thread.</param>
internal abstract class WorkerThread(WorkerPool pool, string name) : IWorker
{
    // That of PowerShell's own pipelines. Every worker may run scripts, also one that only sends them: script properties of objects that are written.
    private const int StackBytes = 10 * 1024 * 1024;

    private Thread? _thread;
    private Func<FlowRun, RunFailure>? _failure;
    private bool _isWoken;
    private bool _closing;
    private volatile bool _isAbandoned;

    /// <summary>The lock of the worker's state.</summary>
    protected object Gate { get; } = new();

    /// <summary>The source of its runs; null while it is idle.</summary>
    protected IRunSource? Source { get; private set; }

    /// <summary>The run that it executes, or takes to its body. Set by the worker, under the lock.</summary>
    protected FlowRun? Current { get; set; }

    /// <summary>Whether it is never used again, although its thread may still be in a run.</summary>
    protected bool IsAbandoned => _isAbandoned;

    /// <summary>Whether its thread was started before the worker was rented.</summary>
    protected bool IsAhead { get; private set; }

    /// <inheritdoc/>
    public virtual bool IsAwaited => false;

    /// <inheritdoc/>
    public void Serve(IRunSource source)
    {
        lock (Gate)
        {
            Source = source;
            if (_failure is { } failure)
            {
                // The preparation failed, and the worker was rented at that moment. Failing its runs may take long.
                Start(() => FailAll(failure));
            }
            else if (_thread is null)
            {
                Start(Live);
            }
            else
            {
                Monitor.Pulse(Gate);
            }
        }
    }

    /// <inheritdoc/>
    public virtual void Prepare()
    {
        // Most workers cost something although they are not used, and begin when they serve.
    }

    /// <summary>Lets an idle worker's thread end. Does not wait for it.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            _closing = true;
            Monitor.Pulse(Gate);
        }
    }

    /// <summary>Serves sources until there are none for it any more: <see cref="WaitForSource"/> is false.</summary>
    protected abstract void Work();

    /// <summary>Releases what the worker holds, at the end of its thread.</summary>
    protected abstract void Close();

    /// <summary>What a run comes to that the worker had to execute when it failed.</summary>
    protected virtual RunFailure FailureOf(FlowRun run, Exception exception) => RunErrors.Crash(exception);

    /// <summary>Ends a run that the failed worker has just taken.</summary>
    protected abstract void Fail(IRunSource source, FlowRun run, RunFailure failure);

    /// <summary>Starts the thread before the worker is rented.</summary>
    protected void StartAhead()
    {
        lock (Gate)
        {
            if (_thread is null && !_closing)
            {
                IsAhead = true;
                Start(Live);
            }
        }
    }

    /// <summary>Waits until the worker is rented. False if it must end, or was woken for something else.</summary>
    /// <param name="untilWoken">Whether <see cref="Wake"/> ends the wait.</param>
    protected bool WaitForSource(bool untilWoken = false)
    {
        lock (Gate)
        {
            while (Source is null && !_closing && !_isAbandoned && !(untilWoken && _isWoken))
            {
                Monitor.Wait(Gate);
            }

            return Source is not null && !_isAbandoned;
        }
    }

    /// <summary>Wakes the thread while the worker is idle.</summary>
    protected void Wake()
    {
        lock (Gate)
        {
            _isWoken = true;
            Monitor.Pulse(Gate);
        }
    }

    /// <summary>Whether the thread was woken. True once for each time.</summary>
    protected bool TakeWake()
    {
        lock (Gate)
        {
            bool isWoken = _isWoken;
            _isWoken = false;
            return isWoken;
        }
    }

    /// <summary>The source has no run for the worker any more: it returns to its pool, and may be rented again.</summary>
    protected void Return()
    {
        lock (Gate)
        {
            Source = null;
        }

        pool.Return(this);
    }

    /// <summary>The worker is of no use any more: another takes over, and this one ends.</summary>
    protected void Retire()
    {
        IRunSource? source;
        lock (Gate)
        {
            source = Leave();
        }

        pool.Forget(this);
        source?.WorkerLost();
    }

    /// <summary>The thread is stuck in this run, so the worker is never used again. False if it has left the run meanwhile.</summary>
    /// <param name="run">The run.</param>
    /// <param name="source">The source, which must be told of it (<see cref="IRunSource.WorkerLost"/>) after the run.</param>
    protected bool TryAbandon(FlowRun run, out IRunSource? source)
    {
        lock (Gate)
        {
            if (Current != run || _isAbandoned)
            {
                source = null;
                return false;
            }

            source = Leave();
        }

        pool.Forget(this);
        return true;
    }

    private IRunSource? Leave()
    {
        IRunSource? source = Source;
        Source = null;
        _isAbandoned = true;
        return source;
    }

    private void Start(ThreadStart work)
    {
        // A background thread does not keep the process alive.
        var thread = new Thread(work, StackBytes) { IsBackground = true, Name = name };
        thread.Start();
        _thread = thread;
    }

    private void Live()
    {
        try
        {
            Work();
        }
        catch (Exception exception)
        {
            // The worker itself has failed, for example because its runspace does not open. Its runs must report this, because nothing else will.
            FailAll(run => FailureOf(run, exception));
        }
        finally
        {
            Close();
        }
    }

    private void FailAll(Func<FlowRun, RunFailure> failure)
    {
        pool.Forget(this);
        lock (Gate)
        {
            _failure = failure;
        }

        if (Current is { } current)
        {
            Source?.BodyEnded(current, new RunOutcome([], failure(current)));
        }

        while (Source?.Take() is { } run)
        {
            Fail(Source, run, failure(run));
        }
    }
}
