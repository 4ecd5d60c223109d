using FlowModule.Engine.Runs.Driving;

namespace FlowModule.Engine.Workers;

/// <summary>
/// Keeps workers warm between fan-outs. The number of rented workers is not limited: a run that waits for its subflows holds its
/// worker, so a global limit could deadlock. Each fan-out limits its own workers.
/// </summary>
internal sealed class WorkerPool : IDisposable
{
    /// <summary>How long an idle worker is kept, in seconds.</summary>
    internal const double IdleSeconds = 20;

    private readonly object _gate = new();
    private readonly Func<WorkerPool, IWorker> _create;
    private readonly TimeProvider _time;
    private readonly List<(IWorker Worker, long Since)> _idle = [];
    private readonly HashSet<IWorker> _rented = [];
    private ITimer? _trimmer;
    private bool _disposed;

    /// <param name="create">Makes a worker.</param>
    /// <param name="time">The clock.</param>
    /// <param name="isCostly">See <see cref="IsCostly"/>.</param>
    internal WorkerPool(Func<WorkerPool, IWorker> create, TimeProvider time, bool isCostly = false)
    {
        _create = create;
        _time = time;
        IsCostly = isCostly;
    }

    /// <summary>
    /// Whether a run on one of its workers costs much more than to wake a thread, as a process does. Then no worker is held back to let those
    /// at work get there first.
    /// </summary>
    internal bool IsCostly { get; }

    /// <summary>How many workers there are, idle and active.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _idle.Count + _rented.Count;
            }
        }
    }

    /// <summary>Whether a worker waits to be rented.</summary>
    internal bool HasIdle
    {
        get
        {
            lock (_gate)
            {
                return _idle.Count > 0;
            }
        }
    }

    /// <summary>
    /// Makes the first worker prepare itself, while the caller still prepares the first run. Does not throw: if there can be no
    /// worker, <see cref="Rent"/> reports it.
    /// </summary>
    internal void Prepare()
    {
        IWorker? worker = null;
        try
        {
            lock (_gate)
            {
                if (_disposed || _idle.Count + _rented.Count > 0)
                {
                    return;
                }

                worker = _create(this);
                AddIdle(worker);
            }

            worker.Prepare();
        }
        catch (Exception)
        {
            if (worker is not null)
            {
                Forget(worker);
            }
        }
    }

    /// <summary>Rents a worker to <paramref name="source"/>: the one that was idle last, or a new one.</summary>
    internal void Rent(IRunSource source)
    {
        IWorker worker;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_idle.Count > 0)
            {
                worker = _idle[^1].Worker;
                _idle.RemoveAt(_idle.Count - 1);
            }
            else
            {
                worker = _create(this);
            }

            _rented.Add(worker);
        }

        worker.Serve(source);
    }

    /// <summary>Takes a worker back. It may be rented again, until it has been idle for <see cref="IdleSeconds"/>.</summary>
    internal void Return(IWorker worker)
    {
        lock (_gate)
        {
            if (!_rented.Remove(worker))
            {
                return;
            }

            if (!_disposed)
            {
                AddIdle(worker);
                return;
            }
        }

        worker.Dispose();
    }

    /// <summary>Forgets a worker that must not be used again. It is not disposed, because its thread may never return.</summary>
    internal void Forget(IWorker worker)
    {
        lock (_gate)
        {
            _rented.Remove(worker);
            _idle.RemoveAll(entry => ReferenceEquals(entry.Worker, worker));
        }
    }

    /// <summary>Closes the idle workers, except those that a run comes back to. Others may be rented.</summary>
    internal void CloseIdle() => CloseIdle(static idle => !idle.Worker.IsAwaited);

    /// <summary>Closes the idle workers; active ones close when they return.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        CloseIdle(static _ => true);
    }

    private void AddIdle(IWorker worker)
    {
        _idle.Add((worker, _time.GetTimestamp()));
        _trimmer ??= _time.CreateTimer(
            pool => ((WorkerPool)pool!).Trim(), this, TimeSpan.FromSeconds(IdleSeconds), TimeSpan.FromSeconds(IdleSeconds));
    }

    private void Trim() => CloseIdle(idle => _time.GetElapsedTime(idle.Since).TotalSeconds >= IdleSeconds && !idle.Worker.IsAwaited);

    private void CloseIdle(Predicate<(IWorker Worker, long Since)> isToClose)
    {
        List<IWorker> closed = [];
        lock (_gate)
        {
            closed.AddRange(_idle.FindAll(isToClose).Select(static idle => idle.Worker));
            _idle.RemoveAll(idle => closed.Contains(idle.Worker));
            if (_idle.Count == 0)
            {
                _trimmer?.Dispose();
                _trimmer = null;
            }
        }

        closed.ForEach(static worker => worker.Dispose());
    }
}
