using FlowModule.Engine.Pool;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Leases;
using FlowModule.History;
using FlowModule.Wire;

namespace FlowModule.Pool;

/// <summary>The pool of workers of one history, as this process uses it: as a caller, or as one of the workers.</summary>
internal sealed class PoolAccess : IDisposable
{
    private static readonly Dictionary<HistoryAddress, PoolAccess> Open = [];

    private readonly Lazy<IWorkQueue> _carrier;

    static PoolAccess() => AppDomain.CurrentDomain.ProcessExit += static (_, _) =>
    {
        // Others get the workers at once.
        lock (Open)
        {
            foreach (PoolAccess access in Open.Values)
            {
                access.Dispose();
            }

            Open.Clear();
        }
    };

    /// <param name="store">The store of the leases. It belongs to the result.</param>
    /// <param name="carrier">Opens what carries leases. It belongs to the result.</param>
    /// <param name="key">The key, or null.</param>
    internal PoolAccess(ILeaseStore store, Func<IWorkQueue> carrier, PoolKey? key)
    {
        Line = new LeaseLine(store, key, TimeProvider.System);
        _carrier = new Lazy<IWorkQueue>(carrier, LazyThreadSafetyMode.PublicationOnly);
        Stamp = new PoolStamp(Build, key?.Name);
        Adoption = new LeaseAdoption(Line, Stamp);
    }

    internal LeaseLine Line { get; }

    /// <summary>Takes over what workers have of runs of dead processes.</summary>
    internal LeaseAdoption Adoption { get; }

    internal IWorkQueue Carrier => _carrier.Value;

    /// <summary>What callers and workers must have in common.</summary>
    internal PoolStamp Stamp { get; }

    private static string Build { get; } = $"w{Greeting.Version}-{Greeting.Product.Replace('.', '-')}";

    /// <summary>The pool of a history. It is opened at first use, and stays open.</summary>
    /// <exception cref="HistoryException">It cannot be opened.</exception>
    /// <exception cref="FlowException">The key of this process is none.</exception>
    internal static PoolAccess At(HistoryAddress address)
    {
        lock (Open)
        {
            return Open.TryGetValue(address, out PoolAccess? access) ? access : Open[address] = Make(address);
        }
    }

    /// <summary>The registered workers.</summary>
    /// <exception cref="HistoryException">The store cannot be used.</exception>
    internal IReadOnlyList<PoolWorkerRow> Workers() => Line.Store.Workers();

    public void Dispose()
    {
        Line.Dispose();
        if (_carrier.IsValueCreated)
        {
            Carrier.Dispose();
        }
    }

    private static PoolAccess Make(HistoryAddress address)
    {
        PoolKey? key = PoolKeyFile.Find();
        ILeaseStore store = HistoryBackends.Of(address).LeasesAt(address)
            ?? throw new HistoryException(HistoryFault.Unavailable, $"'{address}' is a file of this machine: it has no workers.");
        try
        {
            return new PoolAccess(store, () => WorkQueues.Of(address).Open(address), key);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }
}
