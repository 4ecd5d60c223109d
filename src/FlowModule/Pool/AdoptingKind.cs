using FlowModule.Engine.Pool;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Workers;
using FlowModule.Processes;
using FlowModule.Sessions;
using FlowModule.Wire;

namespace FlowModule.Pool;

/// <summary>
/// The workers of one run that was sent to a worker of a queue by a process that has died: the first one goes on with what that worker has. If this is
/// not possible, or the run is lost there, it begins again on any worker of the queue.
/// </summary>
/// <param name="queue">The workers of the queue.</param>
/// <param name="pool">The pool.</param>
/// <param name="former">The run.</param>
internal sealed class AdoptingKind(PoolKind queue, PoolAccess pool, FormerRun former) : IWorkerKind, IPeerSource
{
    /// <summary>How long it may take until the server notices that the former caller is gone.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LookEach = TimeSpan.FromMilliseconds(200);

    private string? _warning;
    private int _hasTried;

    /// <inheritdoc/>
    public string Name { get; } = $"{queue.Name}#{former.Lease.Id}.{former.Number}";

    /// <inheritdoc/>
    public string? Queue => queue.Queue;

    /// <inheritdoc/>
    public bool IsCostly => queue.IsCostly;

    /// <inheritdoc/>
    public bool IsElsewhere => queue.IsElsewhere;

    /// <inheritdoc/>
    public int MostStarts => queue.MostStarts;

    /// <inheritdoc/>
    public FlowException? SecretsRefusal => queue.SecretsRefusal;

    /// <inheritdoc/>
    public void Require() => queue.Require();

    /// <inheritdoc/>
    public IWorker Create(WorkerPool pool, WorkerOrigin origin) => new ProcessWorker(pool, origin, this);

    /// <inheritdoc/>
    public IPeer? Connect(Action<string> stray, IPeerNeed need) =>
        Interlocked.Exchange(ref _hasTried, 1) == 0 && TryAdopt(stray, need) is { } peer ? peer : queue.Connect(stray, need);

    /// <inheritdoc/>
    public string? TakeWarning() => Interlocked.Exchange(ref _warning, null);

    private PoolPeer? TryAdopt(Action<string> stray, IPeerNeed need)
    {
        try
        {
            for (long begin = Environment.TickCount64; need.IsNeeded; Thread.Sleep(LookEach))
            {
                if (pool.Adoption.TryAdopt(former) is { } lease)
                {
                    return new PoolPeer(lease, PoolGrant.Read(former.Mark.Note), stray, isUnderWay: true);
                }

                if (pool.Line.Store.Look([former.Lease.Id]).Count == 0 || Environment.TickCount64 - begin >= Patience.TotalMilliseconds)
                {
                    break;
                }
            }

            _warning = "What a worker had of the run for a process that has died is not there any more. It begins again.";
        }
        catch (HistoryException exception)
        {
            _warning = $"What a worker has of the run for a process that has died cannot be read: {exception.Message} It begins again.";
        }

        return null;
    }
}
