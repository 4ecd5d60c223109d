using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Leases;

namespace FlowModule.Engine.Pool;

/// <summary>
/// The leases of this process in one history, as a caller and as a worker. What they send is gathered and written by one thread, so that a statement carries
/// what many of them have to say; another thread reads for all of them when it hears that there is something, and sees whether the other ends are there.
/// </summary>
internal sealed class LeaseLine : IDisposable
{
    /// <summary>How long a process may seem to be gone before it is: its connection may have been lost, and is opened again at once.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly ILeaseStore _store;
    private readonly PoolKey? _key;
    private readonly TimeProvider _time;
    private readonly LeaseSender _sender;
    private readonly LeaseReceiver _receiver;
    private readonly IDisposable _presence;

    /// <param name="store">The store of the leases. It belongs to the line.</param>
    /// <param name="key">The key of this process, or null.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="HistoryException">The store cannot be used.</exception>
    internal LeaseLine(ILeaseStore store, PoolKey? key, TimeProvider time)
    {
        _store = store;
        _key = key;
        _time = time;
        _presence = store.Join(Process, Hear);
        _receiver = new LeaseReceiver(store, time);
        _sender = new LeaseSender(store, Process, time, _receiver.EndAll);
    }

    /// <summary>The key of this process in the pool.</summary>
    internal Guid Process { get; } = Guid.NewGuid();

    internal ILeaseStore Store => _store;

    internal DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Asks for a worker. The first frame to take from the pipe is the worker's answer.</summary>
    /// <exception cref="HistoryException">This is not possible.</exception>
    internal LeasePipe Ask(IWorkQueue carrier, string queue)
    {
        var lease = new LeaseRow(Guid.NewGuid(), Process, queue);
        _store.Ask(lease);
        LeasePipe pipe = Open(lease.Id, LeaseSide.Caller);
        try
        {
            carrier.Put(queue, lease.Id);
            return pipe;
        }
        catch
        {
            pipe.Dispose();
            throw;
        }
    }

    /// <summary>Withdraws a lease that is not needed any more. False if it was granted: then its pipe must be disposed.</summary>
    internal bool TryWithdraw(LeasePipe pipe)
    {
        if (!_store.TryWithdraw(pipe.Lease))
        {
            return false;
        }

        pipe.Dispose();
        return true;
    }

    /// <summary>Claims a lease that was carried to this process. Null if it was granted before, or is not needed any more.</summary>
    /// <remarks>A store that does not answer is asked again: the carrier may not carry the lease once more.</remarks>
    /// <exception cref="HistoryException">The store has not answered for a long time, or this process ends.</exception>
    internal LeasePipe? TryGrant(Guid lease)
    {
        var claim = Guid.NewGuid();
        return Insist(() => _store.TryGrant(lease, Process, claim)) ? Open(lease, LeaseSide.Worker) : null;
    }

    /// <summary>Goes on with the lease of a run that this process has adopted.</summary>
    /// <param name="former">The run.</param>
    /// <param name="lastSent">The number of the last frame that its former caller has sent.</param>
    internal LeasePipe Adopt(FormerRun former, long lastSent)
    {
        var pipe = new LeasePipe(this, former.Lease.Id, LeaseSide.Caller, _key, former.Mark, lastSent);
        _receiver.Add(pipe);
        return pipe;
    }

    /// <summary>Returns a pipe with what a worker has said, and nothing more: the lease is not this process's.</summary>
    internal LeasePipe Recall(FormerRun former, IReadOnlyList<LeaseFrame> frames)
    {
        var pipe = new LeasePipe(this, former.Lease.Id, LeaseSide.Caller, _key, former.Mark, former.Number);
        foreach (LeaseFrame frame in frames)
        {
            pipe.Receive(frame);
        }

        pipe.Forget();
        return pipe;
    }

    /// <summary>Does something with the store, and tries it again for a while if the store cannot be used.</summary>
    /// <exception cref="HistoryException">It stays so, or this process ends.</exception>
    internal T Insist<T>(Func<T> action) => _sender.Insist(action);

    internal LeaseCipher? CipherOf(Guid lease, LeaseSide side) => _key?.CipherOf(lease, side);

    /// <summary>Writes what is still to be sent, ends all pipes, and leaves.</summary>
    public void Dispose()
    {
        _receiver.EndAll("This process ends.");
        _sender.Dispose();
        _receiver.Dispose();
        _presence.Dispose();
        _store.Dispose();
    }

    internal void Post(LeaseFrame frame) => _sender.Post(frame);

    internal void Leave(LeasePipe pipe)
    {
        _receiver.Remove(pipe);
        if (pipe.Side == LeaseSide.Caller)
        {
            _sender.End(pipe.Lease);
        }
    }

    /// <summary>There may be news, perhaps before there is who reads it.</summary>
    private void Hear() => _receiver?.Hear();

    private LeasePipe Open(Guid lease, LeaseSide side)
    {
        var pipe = new LeasePipe(this, lease, side, _key);
        _receiver.Add(pipe);
        return pipe;
    }
}
