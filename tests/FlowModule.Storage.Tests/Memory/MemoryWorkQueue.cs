using FlowModule.Engine.Pool;

namespace FlowModule.Storage.Tests.Memory;

/// <summary>A carrier in memory, which all processes of a test share.</summary>
internal sealed class MemoryWorkQueue : IWorkQueue
{
    private readonly object _gate = new();
    private readonly List<(string Queue, Guid Lease)> _waiting = [];
    private readonly List<Service> _services = [];

    /// <summary>Every lease that was put into a queue, to be carried once more.</summary>
    internal List<(string Queue, Guid Lease)> Put { get; } = [];

    void IWorkQueue.Put(string queue, Guid lease)
    {
        lock (_gate)
        {
            Put.Add((queue, lease));
        }

        Carry(queue, lease);
    }

    /// <summary>Carries a lease, as a carrier does that repeats it.</summary>
    internal void Carry(string queue, Guid lease)
    {
        lock (_gate)
        {
            _waiting.Add((queue, lease));
            Start();
        }
    }

    public IWorkService Serve(IReadOnlyList<string> queues, int places, Action<Guid> work)
    {
        lock (_gate)
        {
            var service = new Service(this, queues, places, work);
            _services.Add(service);
            Start();
            return service;
        }
    }

    public void Dispose()
    {
        // It is garbage.
    }

    private void Start()
    {
        foreach ((string Queue, Guid Lease) item in _waiting.OrderBy(static item => item.Queue, StringComparer.Ordinal).ToArray())
        {
            if (_services.Find(service => service.CanTake(item.Queue)) is { } service)
            {
                _waiting.Remove(item);
                service.Start(item.Lease);
            }
        }
    }

    private sealed class Service(MemoryWorkQueue carrier, IReadOnlyList<string> queues, int places, Action<Guid> work) : IWorkService
    {
        private readonly List<Thread> _threads = [];
        private int _busy;

        public void Stop()
        {
            lock (carrier._gate)
            {
                carrier._services.Remove(this);
            }
        }

        public void Dispose()
        {
            Stop();
            Thread[] threads;
            lock (carrier._gate)
            {
                threads = [.. _threads];
            }

            Array.ForEach(threads, static thread => thread.Join());
        }

        internal bool CanTake(string queue) => _busy < places && queues.Contains(queue, StringComparer.Ordinal);

        internal void Start(Guid lease)
        {
            _busy++;
            var thread = new Thread(() =>
            {
                try
                {
                    work(lease);
                }
                catch (InvalidOperationException)
                {
                    // A carrier notes that its work has failed, and goes on.
                }
                finally
                {
                    lock (carrier._gate)
                    {
                        _busy--;
                        carrier.Start();
                    }
                }
            })
            { IsBackground = true };
            _threads.Add(thread);
            thread.Start();
        }
    }
}
