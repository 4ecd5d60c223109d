using FlowModule.Engine.History;
using FlowModule.Engine.Pool;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Leases;
using FlowModule.Engine.Workers;
using FlowModule.History;
using FlowModule.Processes;
using FlowModule.Sessions;
using FlowModule.Wire;

namespace FlowModule.Pool;

/// <summary>Workers of the pool: processes of any machines that serve a queue. Each worker of this kind leases one of their processes while it has runs.</summary>
internal sealed class PoolKind : IWorkerKind, IPeerSource
{
    private readonly QueueName _name;
    private readonly Func<PoolAccess>? _pool;

    /// <param name="name">The queue.</param>
    /// <param name="pool">The pool; null while the history of the runs is not known. Without an address in the name, it is that of all runs.</param>
    internal PoolKind(QueueName name, Func<PoolAccess>? pool = null)
    {
        _name = name;
        _pool = pool;
        Name = name.ToString();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string? Queue => _name.Description;

    /// <inheritdoc/>
    public bool IsCostly => true;

    /// <inheritdoc/>
    public bool IsElsewhere => true;

    /// <inheritdoc/>
    public int MostStarts => 3;

    /// <inheritdoc/>
    public int? Capacity
    {
        get
        {
            try
            {
                PoolAccess pool = Pool();
                return PoolQueues.PlacesFor(_name.Request, pool.Stamp, pool.Workers()) is > 0 and var places ? places : null;
            }
            catch (HistoryException)
            {
                // The runs will say so.
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public FlowException? SecretsRefusal => PoolKeyFile.Find() is null ? PoolErrors.HasSecrets(_name.Request.Queue) : null;

    /// <summary>Makes the kind of a name; null if it is that of no queue.</summary>
    internal static IWorkerKind? Named(string name) =>
        QueueName.Parse(name) is not { } queue ? null : queue.Address is { } address ? Bound(queue, HistoryBackends.AddressOf(address)) : new PoolKind(queue);

    /// <inheritdoc/>
    public IWorkerKind For(RunHistory? history) => _pool is not null && _name.Address is null ? this
        : history is { Address.Path: null }
        ? history.Location == _name.Address ? this : Bound(_name, history.Address)
        : throw PoolErrors.NeedsServer(_name.Request.Queue, history);

    /// <inheritdoc/>
    public AdoptedRun FindRun(Guid run, int attempt)
    {
        try
        {
            PoolAccess pool = Pool();
            return pool.Adoption.Find(run, attempt, out string? whyNot) is { } former
                ? new AdoptedRun(new AdoptingKind(this, pool, former), former.Mark.Attempt, WhyNot: null)
                : new AdoptedRun(Kind: null, attempt, whyNot);
        }
        catch (HistoryException exception)
        {
            return new AdoptedRun(Kind: null, attempt, $"What a worker may have of it cannot be read: {exception.Message}");
        }
    }

    /// <inheritdoc/>
    public void Require() => PoolKeyFile.Find();

    /// <inheritdoc/>
    public IWorker Create(WorkerPool pool, WorkerOrigin origin) => new ProcessWorker(pool, origin, this);

    /// <inheritdoc/>
    public IPeer? Connect(Action<string> stray, IPeerNeed need)
    {
        WorkerStartException? failure = null;
        for (int i = 0; i < MostStarts; i++)
        {
            try
            {
                return Use(pool => new PoolAsking(pool, _name.Request).Ask(stray, need));
            }
            catch (WorkerStartException exception)
            {
                // Another worker may do better.
                failure = exception;
            }
        }

        throw failure!;
    }

    private static PoolKind Bound(QueueName name, HistoryAddress address) => new(name with { Address = address.ToString() }, () => PoolAccess.At(address));

    private PoolAccess Pool() => _pool?.Invoke() ?? throw new InvalidOperationException("The history of the runs is not known.");

    /// <exception cref="WorkerStartException">The pool cannot be used.</exception>
    private T Use<T>(Func<PoolAccess, T> use)
    {
        try
        {
            return use(Pool());
        }
        catch (HistoryException exception)
        {
            throw new WorkerStartException($"Queue '{_name.Request.Queue}' cannot be used: {exception.Message}", exception);
        }
    }
}
