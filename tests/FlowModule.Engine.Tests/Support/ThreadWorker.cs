using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Workers;

namespace FlowModule.Engine.Tests.Support;

/// <summary>A worker like a host's, without a runspace: its own thread takes runs and executes them as the test defines.</summary>
internal sealed class ThreadWorker(WorkerPool pool, Func<FlowRun, RunOutcome> body, IRunHost? host = null) : IWorker
{
    private readonly object _gate = new();
    private Thread? _thread;
    private IRunSource? _source;
    private bool _closing;

    internal volatile bool Disposed;

    public void Serve(IRunSource source)
    {
        lock (_gate)
        {
            _source = source;
            if (_thread is null)
            {
                _thread = new Thread(Live) { IsBackground = true };
                _thread.Start();
            }

            Monitor.PulseAll(_gate);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closing = true;
            Disposed = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Live()
    {
        while (Next() is { } source)
        {
            while (source.Take() is { } run)
            {
                if (!Execute(source, run))
                {
                    return;
                }
            }

            pool.Return(this);
        }
    }

    private IRunSource? Next()
    {
        lock (_gate)
        {
            while (_source is null && !_closing)
            {
                Monitor.Wait(_gate);
            }

            IRunSource? source = _source;
            _source = null;
            return source;
        }
    }

    private bool Execute(IRunSource source, FlowRun run)
    {
        RunOutcome outcome = RunOutcome.Nothing;
        bool claimed = false;
        if (!source.Begin(run, host))
        {
            return true;
        }

        if (run.CurrentAttempt.TryEnter(static () => { }, GiveUp))
        {
            outcome = body(run);
            run.CurrentAttempt.Leave();
        }

        if (!Claim())
        {
            return false;
        }

        source.BodyEnded(run, outcome);
        return true;

        // The end of the body and its abandonment race: the first of them ends the run.
        bool Claim()
        {
            lock (_gate)
            {
                bool first = !claimed;
                claimed = true;
                return first;
            }
        }

        void GiveUp()
        {
            if (Claim())
            {
                pool.Forget(this);
                source.BodyEnded(run, RunOutcome.Abandoned);
                source.WorkerLost();
            }
        }
    }
}
