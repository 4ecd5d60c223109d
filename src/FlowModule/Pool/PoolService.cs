using FlowModule.Engine.Pool;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Leases;
using FlowModule.History;
using FlowModule.Processes;
using FlowModule.Wire;

namespace FlowModule.Pool;

/// <summary>This process as a worker of the pool.</summary>
internal sealed class PoolService : IDisposable
{
    private readonly PoolChildren _children;
    private readonly PoolServer _server;
    private int _isDisposed;

    private PoolService(PoolAccess pool, PoolChildren children, PoolServer server, string name)
    {
        _children = children;
        _server = server;
        Name = name;
        IsEncrypted = pool.Stamp.Key is not null;
    }

    /// <summary>What others call it.</summary>
    internal string Name { get; }

    /// <summary>Whether nobody who can read the database can read what is sent.</summary>
    internal bool IsEncrypted { get; }

    /// <summary>Ends when the worker takes no more and has nothing left to do, or was told to end at once.</summary>
    internal Task Ended => Task.WhenAny(_server.Drained, _server.Stopped);

    /// <param name="address">The address of the history.</param>
    /// <param name="queues">The queues.</param>
    /// <param name="tags">What it has.</param>
    /// <param name="places">How many runs it executes at once.</param>
    /// <exception cref="FlowException">It cannot begin.</exception>
    internal static PoolService Start(HistoryAddress address, IReadOnlyList<string> queues, IReadOnlyList<string> tags, int places)
    {
        if (address.Path is not null)
        {
            throw PoolErrors.NoWorkers(address);
        }

        WorkerCommand command = WorkerCommand.Find();
        try
        {
            return Start(PoolAccess.At(address), command, queues, tags, places);
        }
        catch (HistoryException exception)
        {
            throw HistoryErrors.Unusable(exception);
        }
    }

    /// <summary>The same for an opened pool.</summary>
    internal static PoolService Start(PoolAccess pool, WorkerCommand command, IReadOnlyList<string> queues, IReadOnlyList<string> tags, int places)
    {
        var row = new PoolWorkerRow
        {
            Key = pool.Line.Process,
            Machine = Environment.MachineName,
            ProcessId = Environment.ProcessId,
            Stamp = pool.Stamp.ToString(),
            Product = Greeting.Product,
            Queues = queues,
            Tags = tags,
            Places = places,
        };
        var children = new PoolChildren(command, hasKey: pool.Stamp.Key is not null);
        try
        {
            return new PoolService(pool, children, new PoolServer(pool.Line, pool.Carrier, children, row, TimeProvider.System), row.Name);
        }
        catch
        {
            children.Dispose();
            throw;
        }
    }

    /// <summary>Takes nothing new, and lets the runs in hand end.</summary>
    internal void Drain() => _server.Drain();

    /// <summary>Stops the runs in hand, whose finally blocks run, and waits for them: they begin again elsewhere.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            _children.End();
            _server.Dispose();
            _children.Dispose();
        }
    }
}
