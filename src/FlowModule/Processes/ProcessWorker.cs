using FlowModule.Engine.States;
using FlowModule.Engine.Workers;
using FlowModule.Serialization;
using FlowModule.Sessions;
using FlowModule.Streams;
using FlowModule.Wire;

namespace FlowModule.Processes;

/// <summary>
/// A worker whose runs are executed by another process: one process, one run at a time. Its thread takes runs, hands them over and
/// passes on what comes back. A process that dies takes its run along, and the next run gets a new one.
/// </summary>
internal sealed partial class ProcessWorker : IWorker
{
    // Scripts run on it too: those of an object's properties, when it is written.
    private const int StackBytes = 10 * 1024 * 1024;

    // Starting is work for a processor: as with runspaces, those that begin early leave less for the others to do.
    private static readonly SemaphoreSlim Turns = new(Environment.ProcessorCount);

    private readonly object _gate = new();
    private readonly object _strayGate = new();
    private readonly WorkerPool _pool;
    private readonly WorkerOrigin _origin;
    private readonly Func<Action<string>, IPeer> _connect;
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
    /// <param name="connect">Starts a peer. What it is given takes the lines that come straight from the peer's standard streams.</param>
    internal ProcessWorker(WorkerPool pool, WorkerOrigin origin, Func<Action<string>, IPeer> connect)
    {
        _pool = pool;
        _origin = origin;
        _connect = connect;
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

    /// <summary>Lets an idle worker's process and thread end. Does not wait for them.</summary>
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
            // Nor would it start for the next run.
            FailAll(run => NoPeer(run, exception));
        }
        catch (Exception exception)
        {
            // The worker itself broke. Its runs must say so: nobody else will.
            FailAll(_ => RunErrors.Crash(exception));
        }
        finally
        {
            _child?.Dispose();
            _cliXml.Dispose();
        }
    }

    /// <summary>Waits until the worker is lent. False when it is to end.</summary>
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

    /// <summary>Starts the process. False when by then there is nothing left to do for it.</summary>
    private bool TryStartInTurn(IRunSource source)
    {
        Turns.Wait();
        try
        {
            if (!source.HasWaiting)
            {
                return false;
            }

            StartChild();
            return true;
        }
        finally
        {
            Turns.Release();
        }
    }

    private void StartChild()
    {
        var child = ChildSession.Start(() => _connect(WriteStray), _origin, _cliXml);
        lock (_gate)
        {
            _child = child;
        }
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
