using System.Security.Cryptography;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Leases;

namespace FlowModule.Engine.Pool;

/// <summary>
/// Takes over runs that a process has sent to workers before it died. What a worker has said since is in the store until the lease ends, so it is read from
/// where the run begins: a run that has ended there ends here in the same way, and one that still executes is followed. It began once.
/// </summary>
/// <param name="line">This process's line.</param>
/// <param name="stamp">What this process must have in common with workers.</param>
internal sealed class LeaseAdoption(LeaseLine line, PoolStamp stamp)
{
    /// <summary>The last attempt of a run that a worker was sent; null if none was, or it cannot be taken over.</summary>
    /// <param name="run">The run.</param>
    /// <param name="attempt">The last attempt that is known of it.</param>
    /// <param name="whyNot">Why it cannot be taken over; null if nothing is known of it.</param>
    /// <exception cref="HistoryException">The store cannot be used.</exception>
    internal FormerRun? Find(Guid run, int attempt, out string? whyNot)
    {
        whyNot = null;
        FormerRun? last = null;
        foreach (MarkedFrame marked in line.Insist(() => line.Store.FindRun(run)))
        {
            if (PoolQueues.WhyUnlike(marked.Lease.Queue, stamp) is { } why)
            {
                whyNot = why;
            }
            else if (TryRead(marked.Frame) is not { } mark || mark.Run != run)
            {
                whyNot = "What was sent to a worker was changed in the database.";
            }
            else if (mark.Attempt >= attempt && (last is null || (mark.Attempt, mark.Sent, marked.Frame.Number).CompareTo((last.Mark.Attempt, last.Mark.Sent, last.Number)) > 0))
            {
                last = new FormerRun(marked.Lease, mark, marked.Frame.Number);
            }
        }

        whyNot = last is null ? whyNot : null;
        return last;
    }

    /// <summary>
    /// Becomes the caller of a run, if its caller is gone. The pipe has what the worker has said of it from the beginning. Null if it must begin again, or the caller still seems to be there.
    /// </summary>
    /// <exception cref="HistoryException">The store cannot be used.</exception>
    internal LeasePipe? TryAdopt(FormerRun former) => line.Insist(() => TryAdoptNow(former));

    private LeasePipe? TryAdoptNow(FormerRun former)
    {
        Guid lease = former.Lease.Id;
        if (All(LeaseSide.Worker, lease, former.Number).FirstOrDefault(static frame => frame.Kind == LeaseFrameKind.Run) is { } next)
        {
            // The worker was sent another one since, so all that it has said of this one is there. The other one may be somebody else's.
            return TryRead(next) is { After: var last }
                ? line.Recall(former, [.. All(LeaseSide.Caller, lease, former.Mark.After).TakeWhile(frame => frame.Number <= last)])
                : null;
        }

        return line.Store.TryAdopt(lease, former.Lease.Caller, line.Process)
            ? line.Adopt(former, All(LeaseSide.Worker, lease, former.Number).Select(static frame => frame.Number).DefaultIfEmpty(former.Number).Max())
            : null;
    }

    private LeaseMark? TryRead(LeaseFrame frame)
    {
        try
        {
            return LeaseMark.Open(frame, line.CipherOf(frame.Lease, frame.Side)).Mark;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private IEnumerable<LeaseFrame> All(LeaseSide side, Guid lease, long after)
    {
        while (line.Store.Receive(side, [new LeaseCursor(lease, after)]).Frames is [.., var last] frames)
        {
            foreach (LeaseFrame frame in frames)
            {
                yield return frame;
            }

            after = last.Number;
        }
    }
}
