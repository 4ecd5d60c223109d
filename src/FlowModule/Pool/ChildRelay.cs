using FlowModule.Engine.Pool;
using FlowModule.Engine.Storage.Leases;
using FlowModule.Processes;
using FlowModule.Wire;

namespace FlowModule.Pool;

/// <summary>Passes frames between a caller, over a lease, and the process that executes the caller's runs.</summary>
/// <param name="lease">The granted lease.</param>
/// <param name="child">The process. It belongs to the relay.</param>
/// <param name="hasKey">Whether what is sent is encrypted.</param>
/// <param name="isEnding">Whether this worker ends.</param>
internal sealed class ChildRelay(ServedLease lease, ChildProcess child, bool hasKey, Func<bool> isEnding) : IDisposable
{
    private const string SecretMessage = "The body has learned a secret, which may not go through the database of the queue in plain text. Give callers and workers a key: about_Flow_Pool.";

    private readonly FrameChannel _caller = new(new LeaseStream(lease.Pipe, static _ => { }));
    private volatile bool _isRunning;

    /// <summary>Passes frames until the lease is over, and the process has ended.</summary>
    internal void Run()
    {
        var back = new Thread(PassBack) { IsBackground = true, Name = "FlowModule lease" };
        back.Start();
        PassOn();
        if (_isRunning && !isEnding())
        {
            // The caller has given the run up, after the time that it had to end.
            child.Kill();
        }
        else
        {
            // A body that runs is stopped, and its finally blocks run.
            child.Channel.Dispose();
        }

        back.Join();
        child.Dispose();
    }

    public void Dispose() => _caller.Dispose();

    private void PassOn()
    {
        while (_caller.TryRead(out FrameKind kind, out byte[]? payload))
        {
            if (kind == FrameKind.Run)
            {
                if (!lease.TryBeginRun(RunMessage.IdOf(payload)))
                {
                    // The lease was given back: the run begins elsewhere.
                    continue;
                }

                _isRunning = true;
            }

            if (kind != FrameKind.SecretKnown)
            {
                // Of a process that has died, the other thread tells, and ends the lease.
                TryPass(child.Channel, kind, payload);
            }
        }
    }

    private void PassBack()
    {
        while (child.Channel.TryRead(out FrameKind kind, out byte[]? payload))
        {
            if (kind == FrameKind.Secret && !hasKey)
            {
                lease.Pipe.TrySend(LeaseFrameKind.Refused, SecretMessage);
                lease.Pipe.Dispose();
                return;
            }

            if (kind == FrameKind.Ended)
            {
                // The lines of the run are sent before its end.
                child.WaitForStray();
                _isRunning = false;
            }

            int begun = lease.Begun;
            TryPass(_caller, kind, payload);
            if (kind == FrameKind.Secret)
            {
                // Whoever reads the lease learns the secret before all that comes after it, now or later: the body need not wait for an answer, which nobody may be there to send.
                new FrameBuilder().TrySend(child.Channel, FrameKind.SecretKnown);
            }
            else if (kind == FrameKind.Ended)
            {
                lease.EndRun(begun);
            }
        }

        if (!lease.Pipe.IsEnded)
        {
            lease.Pipe.TrySend(LeaseFrameKind.Died, child.DescribeDeath());
            lease.Pipe.Dispose();
        }
    }

    private static bool TryPass(FrameChannel to, FrameKind kind, byte[] payload)
    {
        byte[] frame = new byte[FrameChannel.HeaderLength + payload.Length];
        payload.CopyTo(frame, FrameChannel.HeaderLength);
        return to.TryWrite(kind, frame);
    }
}
