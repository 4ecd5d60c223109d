using System.Runtime.CompilerServices;
using System.Text;
using FlowModule.Engine.Pool;
using FlowModule.Engine.Storage.Leases;
using FlowModule.Wire;

namespace FlowModule.Pool;

/// <summary>
/// The wire over a lease: one of its two ends, as a stream. Lines of the executing process come between the bytes, in their order, and are passed on by the
/// thread that reads.
/// </summary>
/// <param name="lease">The end of the lease. It belongs to the stream.</param>
/// <param name="stray">Receives the lines that come straight from the standard streams of the executing process.</param>
internal sealed class LeaseStream(LeasePipe lease, Action<string> stray) : WireStream
{
    private byte[] _bytes = [];
    private int _position;
    private StrongBox<LeaseMark>? _mark;

    /// <summary>How the executing process died, if the other end said so; otherwise null.</summary>
    internal string? Death { get; private set; }

    /// <summary>What is written next is a run. Should a stop come between, it is marked instead, which is as good: it is before the run.</summary>
    internal void Mark(in LeaseMark mark) => _mark = new StrongBox<LeaseMark>(mark);

    public override int Read(Span<byte> buffer)
    {
        while (_position == _bytes.Length)
        {
            if (!lease.TryTake(out LeaseFrame? frame) || !TryAccept(frame))
            {
                return 0;
            }
        }

        int length = Math.Min(buffer.Length, _bytes.Length - _position);
        _bytes.AsSpan(_position, length).CopyTo(buffer);
        _position += length;
        return length;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!lease.TrySend(LeaseFrameKind.Data, buffer, Interlocked.Exchange(ref _mark, null)?.Value))
        {
            throw new IOException("The lease has ended.");
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            lease.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>False if nothing more comes.</summary>
    private bool TryAccept(LeaseFrame frame)
    {
        switch (frame.Kind)
        {
            case LeaseFrameKind.Data:
                (_bytes, _position) = (frame.Bytes, 0);
                return true;
            case LeaseFrameKind.Stray:
                stray(Encoding.UTF8.GetString(frame.Bytes));
                return true;
            case LeaseFrameKind.Refused:
                throw PoolErrors.SecretLearned(Encoding.UTF8.GetString(frame.Bytes));
            case LeaseFrameKind.Died:
                Death = Encoding.UTF8.GetString(frame.Bytes);
                return false;
            default:
                return false;
        }
    }
}
