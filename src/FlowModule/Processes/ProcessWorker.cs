using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Workers;
using FlowModule.Serialization;
using FlowModule.Sessions;
using FlowModule.Streams;
using FlowModule.Wire;

namespace FlowModule.Processes;

/// <summary>
/// A worker whose runs are executed by another process, here or on another machine: one process, one run at a time. Its thread takes runs, sends them and
/// passes on their output. If a process dies, its run ends, and the next run gets a new process.
/// </summary>
internal sealed partial class ProcessWorker : IWorker
{
    // Scripts may run on it too: script properties of objects that are written.
    private const int StackBytes = 10 * 1024 * 1024;

    private readonly object _gate = new();
    private readonly object _strayGate = new();
    private readonly WorkerPool _pool;
    private readonly WorkerOrigin _origin;
    private readonly IPeerSource _peers;
    private readonly CliXml _cliXml = new();
    private readonly ValueReader _values;
    private Thread? _thread;
    private IRunSource? _source;
    private ChildSession? _child;
    private FlowRun? _current;
    private FlowRun? _strayRun;
    private bool _killed;
    private bool _closing;

    /// <param name="pool">The pool that it returns to.</param>
    /// <param name="origin">The session that it works for.</param>
    /// <param name="peers">Where its peers come from.</param>
    internal ProcessWorker(WorkerPool pool, WorkerOrigin origin, IPeerSource peers)
    {
        _pool = pool;
        _origin = origin;
        _peers = peers;
        _values = new ValueReader(_cliXml);
    }

    /// <inheritdoc/>
    public void Serve(IRunSource source)
    {
        lock (_gate)
        {
            _source = source;
            if (_thread is null)
            {
                _thread = new Thread(Live, StackBytes) { IsBackground = true, Name = "FlowModule process worker" };
                _thread.Start();
            }
            else
            {
                Monitor.Pulse(_gate);
            }
        }
    }

    /// <summary>Ends an idle worker's process and thread, without waiting for them.</summary>
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
        try
        {
            while (WaitForSource())
            {
                IRunSource source = _source!;
                if (_child is null && !TryStartInTurn(source))
                {
                    Retire();
                    return;
                }

                while (source.Take() is { } run)
                {
                    Execute(source, run);
                }

                lock (_gate)
                {
                    _source = null;
                }

                _pool.Return(this);
            }
        }
        catch (WorkerStartException exception)
        {
            // It would not start for the next run either.
            FailAll(run => NoPeer(run, exception));
        }
        catch (Exception exception)
        {
            // The worker itself failed. It must report this for its runs, because nobody else will.
            FailAll(_ => RunErrors.Crash(exception));
        }
        finally
        {
            _child?.Dispose();
            _cliXml.Dispose();
        }
    }

    /// <summary>Waits until the worker is lent. False if it must end.</summary>
    private bool WaitForSource()
    {
        lock (_gate)
        {
            while (_source is null && !_closing)
            {
                Monitor.Wait(_gate);
            }

            return _source is not null;
        }
    }

    /// <summary>Starts the process. False if there is nothing left for it to do by then.</summary>
    private bool TryStartInTurn(IRunSource source)
    {
        _peers.Turns?.Wait();
        try
        {
            return TryStartChild(() => source.HasWaiting);
        }
        finally
        {
            _peers.Turns?.Release();
        }
    }

    /// <summary>Starts the child. False if it is not needed any more.</summary>
    private bool TryStartChild(Func<bool> isNeeded)
    {
        if (!isNeeded() || ChildSession.TryStart(() => _peers.Connect(WriteStray, isNeeded), _origin, _cliXml) is not { } child)
        {
            return false;
        }

        lock (_gate)
        {
            _child = child;
        }

        return true;
    }

    private void Retire()
    {
        IRunSource? source;
        lock (_gate)
        {
            (source, _source) = (_source, null);
        }

        _pool.Forget(this);
        source?.WorkerLost();
    }

    private void FailAll(Func<FlowRun, RunFailure> failure)
    {
        _pool.Forget(this);
        if (_current is { } current)
        {
            _source?.BodyEnded(current, new RunOutcome([], failure(current)));
        }

        while (_source?.Take() is { } run)
        {
            if (_source.Begin(run, host: null))
            {
                _source.BodyEnded(run, new RunOutcome([], failure(run)));
            }
        }
    }
}
