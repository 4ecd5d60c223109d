using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Leases;

namespace FlowModule.Engine.Pool;

/// <summary>Serves queues: claims what is carried to this process, has it executed, and gives places to others in turn.</summary>
internal sealed class PoolServer : IDisposable
{
    /// <summary>How often leases are looked at, and others see that this process lives.</summary>
    internal static readonly TimeSpan LookEach = TimeSpan.FromMilliseconds(500);

    /// <summary>How often what dead processes have left is looked for.</summary>
    internal static readonly TimeSpan CleanEach = TimeSpan.FromHours(1);

    /// <summary>How long that is kept, for who resumes the runs of a dead caller. A lease is kept longer while its worker executes a run: each worker says which leases it has whenever it looks for such leftovers.</summary>
    internal static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    // More are nothing to look at, and a heartbeat stays short.
    private const int MostTold = 20;

    private readonly LeaseLine _line;
    private readonly ILeaseHost _host;
    private readonly TimeProvider _time;
    private readonly PoolWorkerRow _row;
    private readonly IReadOnlyList<string> _queues;
    private readonly object _gate = new();
    private readonly HashSet<ServedLease> _leases = [];
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IWorkService _service;
    private readonly ITimer _rounds;
    private bool _isDraining;
    private int _isLooking;
    private int _turn;
    private long? _cleanedAt;

    /// <param name="line">This process's line.</param>
    /// <param name="carrier">Where leases come from.</param>
    /// <param name="host">Executes runs.</param>
    /// <param name="worker">What this process serves.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="HistoryException">The queues cannot be served.</exception>
    internal PoolServer(LeaseLine line, IWorkQueue carrier, ILeaseHost host, PoolWorkerRow worker, TimeProvider time)
    {
        _line = line;
        _host = host;
        _time = time;
        _row = worker with { Key = line.Process };
        _queues = PoolQueues.ServedBy(worker.Queues, worker.Tags, PoolStamp.Parse(worker.Stamp));
        line.Store.Register(_row);
        _service = carrier.Serve(_queues, worker.Places, Serve);
        _rounds = time.CreateTimer(static server => ((PoolServer)server!).Look(), this, LookEach, LookEach);
    }

    /// <summary>Ends when the process was told to drain, by whomever, and has no lease any more.</summary>
    internal Task Drained => _drained.Task;

    /// <summary>Ends when others have told the process to end at once: its owner disposes the server then.</summary>
    internal Task Stopped => _stopped.Task;

    /// <summary>Takes no more leases. Those that it has end after the run that they execute.</summary>
    internal void Drain()
    {
        lock (_gate)
        {
            _isDraining = true;
            EndIfDrained();
        }

        _service.Stop();
        Array.ForEach(Leases(), static lease => lease.Finish());
    }

    /// <summary>Stops what is executed, and serves no more.</summary>
    public void Dispose()
    {
        Drain();
        foreach (ServedLease lease in Leases())
        {
            lease.Pipe.TrySend(LeaseFrameKind.Died, "The worker was stopped.");
            lease.End();
        }

        _service.Dispose();
        _rounds.Dispose();
        try
        {
            _line.Store.Unregister(_row.Key);
        }
        catch (HistoryException)
        {
            // Others see that the process is gone.
        }
    }

    /// <summary>A lease was carried to this process, perhaps not for the first time.</summary>
    private void Serve(Guid id)
    {
        using LeasePipe? pipe = _line.TryGrant(id);
        if (pipe is null)
        {
            return;
        }

        var lease = new ServedLease(pipe, _time, TakeTurn);
        if (!TryAdd(lease))
        {
            pipe.TrySend(LeaseFrameKind.Closed, []);
            return;
        }

        try
        {
            _host.Serve(lease);
        }
        catch (Exception exception)
        {
            // The caller asks again, here or elsewhere. It would wait for ever, because the lease is granted.
            pipe.TrySend(LeaseFrameKind.Died, exception.Message);
            throw;
        }
        finally
        {
            Remove(lease);
        }
    }

    private bool TryAdd(ServedLease lease)
    {
        lock (_gate)
        {
            return !_isDraining && _leases.Add(lease);
        }
    }

    private void Remove(ServedLease lease)
    {
        lock (_gate)
        {
            _leases.Remove(lease);
            EndIfDrained();
        }
    }

    private ServedLease[] Leases()
    {
        lock (_gate)
        {
            return [.. _leases];
        }
    }

    private bool TakeTurn() => Interlocked.Exchange(ref _turn, 0) == 1;

    private void EndIfDrained()
    {
        if (_isDraining && _leases.Count == 0)
        {
            _drained.TrySetResult();
        }
    }

    private void Look()
    {
        // A round that takes long, because the database does, is not joined by another.
        if (Interlocked.Exchange(ref _isLooking, 1) == 1)
        {
            return;
        }

        try
        {
            ServedLease[] leases = Leases();
            PoolOrder order = _line.Store.Beat(_row.Key, leases.Length, [.. leases.Select(static lease => lease.Run).OfType<Guid>().Take(MostTold)]);
            if (order != PoolOrder.Serve)
            {
                Drain();
            }

            if (order == PoolOrder.Stop)
            {
                _stopped.TrySetResult();
            }

            IReadOnlyList<Guid> wanted = leases.Length == _row.Places ? _line.Store.Wanted(_row.Key, _queues) : [];

            // One place in each round: soon as many are free as are asked for, and not many more. Each new lease costs a new process.
            Volatile.Write(ref _turn, wanted.Count > 0 ? 1 : 0);
            foreach (ServedLease lease in leases)
            {
                lease.Look(wanted.Contains(lease.Pipe.Lease), _isDraining);
            }

            if (_cleanedAt is not { } then || _time.GetElapsedTime(then) >= CleanEach)
            {
                _cleanedAt = _time.GetTimestamp();
                _line.Store.Clean(KeptFor, [.. leases.Select(static lease => lease.Pipe.Lease)]);
            }
        }
        catch (HistoryException)
        {
            // The store cannot be used for the moment: the next round sees what is due.
        }
        finally
        {
            Volatile.Write(ref _isLooking, 0);
        }
    }
}
