using System.Text;
using FlowModule.Engine.Pool;
using FlowModule.Engine.Storage.Leases;
using FlowModule.Wire;

namespace FlowModule.Pool;

/// <summary>Asks for a process of a worker, and waits until it is granted.</summary>
/// <param name="pool">The pool.</param>
/// <param name="request">What is asked for.</param>
internal sealed class PoolAsking(PoolAccess pool, PoolRequest request)
{
    /// <summary>After how long it is told that nobody can grant it.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // In case the carrier has lost it.
    private static readonly TimeSpan CarryEach = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LookEach = TimeSpan.FromMilliseconds(200);

    /// <summary>Returns the process. Null if it is not needed any more.</summary>
    /// <param name="stray">Receives the lines that come straight from the standard streams of the process.</param>
    /// <param name="need">What needs it.</param>
    /// <exception cref="WorkerStartException">A worker has granted it, and cannot keep its word.</exception>
    internal IPeer? Ask(Action<string> stray, IPeerNeed need)
    {
        while (true)
        {
            string queue = PoolQueues.NameOf(need.BeginsAgain ? request with { Priority = PoolPriority.Again } : request, pool.Stamp);
            LeasePipe lease = pool.Line.Ask(pool.Carrier, queue);
            bool isKept = false;
            try
            {
                if (!WaitForAnswer(lease, queue, need))
                {
                    // Granted at this moment or not: nobody uses it.
                    return null;
                }

                switch (lease.TryTake(out LeaseFrame? answer) || !lease.IsOtherGone ? answer?.Kind : LeaseFrameKind.Died)
                {
                    case LeaseFrameKind.Granted:
                        isKept = true;
                        return new PoolPeer(lease, PoolGrant.Read(answer!.Bytes), stray);
                    case LeaseFrameKind.Closed or LeaseFrameKind.Died:
                        // The worker takes no more, or has ended before it answered: another one does.
                        continue;
                    case LeaseFrameKind.Refused:
                        throw new WorkerStartException($"A worker of queue '{request.Queue}' cannot execute runs: {Encoding.UTF8.GetString(answer!.Bytes)}");
                    default:
                        throw new WorkerStartException($"A worker of queue '{request.Queue}' was lost: {lease.Loss}");
                }
            }
            finally
            {
                if (!isKept)
                {
                    lease.Dispose();
                }
            }
        }
    }

    private bool WaitForAnswer(LeasePipe lease, string queue, IPeerNeed need)
    {
        long lookAt = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        long carryAt = Environment.TickCount64 + (long)CarryEach.TotalMilliseconds;
        while (!lease.Wait(LookEach))
        {
            if (!need.IsNeeded)
            {
                return false;
            }

            need.WaitsForPlace();
            if (Environment.TickCount64 >= carryAt)
            {
                // Granted once, however often it is carried.
                carryAt += (long)CarryEach.TotalMilliseconds;
                pool.Carrier.Put(queue, lease.Lease);
            }

            if (Environment.TickCount64 >= lookAt)
            {
                lookAt = Environment.TickCount64 + (long)Patience.TotalMilliseconds / 4;
                if (PoolQueues.WhyNobody(request, pool.Stamp, pool.Workers()) is { } why)
                {
                    need.NotServed(why);
                }
            }
        }

        return true;
    }
}
