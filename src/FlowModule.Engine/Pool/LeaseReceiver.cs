using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Leases;

namespace FlowModule.Engine.Pool;

/// <summary>Reads what the other ends of a process's leases send, and sees whether they are there.</summary>
internal sealed class LeaseReceiver : IDisposable
{
    /// <summary>How often it is seen whether the other ends are there.</summary>
    internal static readonly TimeSpan LookEach = TimeSpan.FromMilliseconds(500);

    /// <summary>In how many of these rounds it is read even if nothing was heard.</summary>
    private const int ReadEach = 4;

    private readonly ILeaseStore _store;
    private readonly TimeProvider _time;
    private readonly object _gate = new();
    private readonly Dictionary<Guid, LeasePipe> _pipes = [];
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly ITimer _rounds;
    private readonly Thread _thread;
    private Dictionary<Guid, long> _goneAt = [];
    private int _isHeard;
    private int _isDue;
    private int _round;
    private volatile bool _isDisposed;

    internal LeaseReceiver(ILeaseStore store, TimeProvider time)
    {
        _store = store;
        _time = time;
        _rounds = time.CreateTimer(static receiver => ((LeaseReceiver)receiver!).Look(), this, LookEach, LookEach);
        _thread = new Thread(Run) { IsBackground = true, Name = "FlowModule lease receiver" };
        _thread.Start();
    }

    /// <summary>There may be something to read.</summary>
    internal void Hear()
    {
        Volatile.Write(ref _isHeard, 1);
        Wake();
    }

    internal void Add(LeasePipe pipe)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _pipes.Add(pipe.Lease, pipe);
        }

        // Something may have come before.
        Hear();
    }

    internal void Remove(LeasePipe pipe)
    {
        lock (_gate)
        {
            _pipes.Remove(pipe.Lease);
        }
    }

    /// <summary>Ends all pipes.</summary>
    internal void EndAll(string loss)
    {
        foreach (LeasePipe pipe in Pipes())
        {
            pipe.End(loss);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
        }

        _rounds.Dispose();
        _wake.Set();
        _thread.Join();
        _wake.Dispose();
    }

    private void Look()
    {
        Volatile.Write(ref _isDue, 1);
        Wake();
    }

    private void Wake()
    {
        lock (_gate)
        {
            if (!_isDisposed)
            {
                _wake.Set();
            }
        }
    }

    private LeasePipe[] Pipes()
    {
        lock (_gate)
        {
            return [.. _pipes.Values];
        }
    }

    private void Run()
    {
        while (true)
        {
            _wake.WaitOne();
            if (_isDisposed)
            {
                return;
            }

            try
            {
                bool isDue = Interlocked.Exchange(ref _isDue, 0) == 1;
                bool isHeard = Interlocked.Exchange(ref _isHeard, 0) == 1;
                if (isHeard || (isDue && ++_round % ReadEach == 0))
                {
                    Receive();
                }

                if (isDue)
                {
                    FindLost();
                }
            }
            catch (HistoryException)
            {
                // The store cannot be used for the moment. The next round reads what comes now; that it stays so is told where something is sent.
                Volatile.Write(ref _isHeard, 1);
            }
        }
    }

    private void Receive()
    {
        while (TryReceive())
        {
            // There may be more than is received at once.
        }
    }

    private bool TryReceive()
    {
        bool mayBeMore = false;
        foreach (IGrouping<LeaseSide, LeasePipe> side in Pipes().Where(static pipe => !pipe.IsEnded).GroupBy(static pipe => pipe.Side))
        {
            Dictionary<Guid, LeasePipe> pipes = side.ToDictionary(static pipe => pipe.Lease);
            LeaseNews news = _store.Receive(side.Key, [.. pipes.Values.Select(static pipe => pipe.Cursor)]);
            mayBeMore |= news.Frames.Count >= ILeaseStore.MostFrames;
            foreach (LeaseFrame frame in news.Frames)
            {
                pipes[frame.Lease].Receive(frame);
            }

            foreach (Guid ended in news.Ended)
            {
                pipes[ended].End("The lease has ended.");
            }
        }

        return mayBeMore;
    }

    /// <summary>Ends what the other end of has been gone for a while. What it has sent before is read first.</summary>
    private void FindLost()
    {
        LeasePipe[] pipes = [.. Pipes().Where(static pipe => !pipe.IsEnded && !pipe.IsOtherGone)];
        if (pipes.Length == 0)
        {
            return;
        }

        Dictionary<Guid, LeaseSide> sides = pipes.ToDictionary(static pipe => pipe.Lease, static pipe => pipe.Side);
        IEnumerable<Guid> seemGone = _store.Look([.. sides.Keys])
            .Where(standing => !(sides[standing.Lease] == LeaseSide.Caller ? standing.IsWorkerHere : standing.IsCallerHere))
            .Select(static standing => standing.Lease);
        long now = _time.GetTimestamp();
        _goneAt = seemGone.ToDictionary(static lease => lease, lease => _goneAt.GetValueOrDefault(lease, now));
        LeasePipe[] lost = [.. pipes.Where(pipe => _goneAt.TryGetValue(pipe.Lease, out long since) && _time.GetElapsedTime(since, now) >= LeaseLine.Grace)];
        if (lost.Length > 0)
        {
            Receive();
            Array.ForEach(lost, static pipe => pipe.LoseOther());
        }
    }
}
