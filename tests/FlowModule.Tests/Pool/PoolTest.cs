using FlowModule.Pool;
using FlowModule.Processes;
using FlowModule.Sessions;
using FlowModule.Storage.Tests.Memory;
using FlowModule.Tests.Processes;

namespace FlowModule.Tests.Pool;

/// <summary>A test of subflows that workers of a queue execute, over leases in memory. The bodies run in real processes.</summary>
public abstract class PoolTest : ProcessTest
{
    private readonly MemoryLeasePool _leases = new(TimeProvider.System);
    private readonly MemoryWorkQueue _carrier = new();
    private readonly List<IDisposable> _opened = [];

    /// <summary>The full names of the queues of all leases that were asked for.</summary>
    private protected IEnumerable<string> Asked => _carrier.Put.Select(static put => put.Queue);

    /// <summary>Lets the session start subflows of a queue, whatever history they have.</summary>
    private protected void Use(string queue = "etl", params string[] tags)
    {
        PoolAccess caller = Open();
        Value("New-Flow known { }");
        RunspaceContext.Of(Session.Runspace)!.Pools.Register(new PoolKind(QueueName.Of(queue, tags, FlowPriority.Normal), () => caller));
    }

    /// <summary>Starts a worker.</summary>
    private protected PoolService Serve(int places = 2, string queue = "etl", params string[] tags)
    {
        PoolService service = PoolService.Start(Open(), WorkerCommand.Find(), [queue], tags, places);
        _opened.Add(service);
        return service;
    }

    /// <summary>The workers, as any process sees them.</summary>
    private protected PoolAccess Open() => Open(out _);

    /// <summary>The same, with the store of this process.</summary>
    private protected PoolAccess Open(out MemoryLeases store)
    {
        MemoryLeases own = store = new MemoryLeases(_leases);
        var access = new PoolAccess(own, () => _carrier, key: null);
        _opened.Add(access);
        return access;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _opened.Reverse();
        _opened.ForEach(static opened => opened.Dispose());
    }
}
