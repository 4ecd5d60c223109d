using FlowModule.Wire;

namespace FlowModule.Processes.Child;

/// <summary>
/// The stream of a worker that is in a session of PowerShell remoting. A pipeline of such a session cannot write when it likes: it answers each
/// object that it is sent. So what the worker writes is kept until the other side asks for it.
/// </summary>
internal sealed class SessionStream : WireStream
{
    /// <summary>If so much waits, in bytes, writers wait too: a caller that reads slowly slows the worker.</summary>
    private const int Most = 1024 * 1024;

    // A short time to let what follows at once travel along: the end of a body that does nothing follows its beginning.
    private const int GatherMilliseconds = 1;

    private readonly object _gate = new();
    private readonly Queue<byte[]> _received = new();
    private readonly MemoryStream _written = new();
    private int _position;
    private bool _isClosed;

    /// <summary>Passes on what the other side has sent, and returns what the worker has written since. Waits for it, if there is nothing, for a limited time.</summary>
    internal byte[] Exchange(byte[] sent, int waitMilliseconds)
    {
        lock (_gate)
        {
            if (sent.Length > 0)
            {
                _received.Enqueue(sent);
                Monitor.PulseAll(_gate);
            }

            long deadline = Environment.TickCount64 + waitMilliseconds;
            while (_written.Length == 0 && !_isClosed && deadline - Environment.TickCount64 is > 0 and var left)
            {
                Monitor.Wait(_gate, (int)left);
            }

            if (_written.Length is > 0 and < Most / 2 && !_isClosed)
            {
                Monitor.Wait(_gate, GatherMilliseconds);
            }

            byte[] bytes = _written.ToArray();
            _written.SetLength(0);
            Monitor.PulseAll(_gate);
            return bytes;
        }
    }

    public override int Read(Span<byte> buffer)
    {
        lock (_gate)
        {
            while (_received.Count == 0)
            {
                if (_isClosed)
                {
                    return 0;
                }

                Monitor.Wait(_gate);
            }

            byte[] first = _received.Peek();
            int length = Math.Min(buffer.Length, first.Length - _position);
            first.AsSpan(_position, length).CopyTo(buffer);
            _position += length;
            if (_position == first.Length)
            {
                _received.Dequeue();
                _position = 0;
            }

            return length;
        }
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (_gate)
        {
            while (_written.Length >= Most && !_isClosed)
            {
                Monitor.Wait(_gate);
            }

            ObjectDisposedException.ThrowIf(_isClosed, this);
            _written.Write(buffer);
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The other side is gone, or wants no more: readers read to the end, writers fail. What was written can still be taken.</summary>
    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.PulseAll(_gate);
        }

        base.Dispose(disposing);
    }
}
