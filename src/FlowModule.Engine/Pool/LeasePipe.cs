using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using FlowModule.Engine.Storage.Leases;

namespace FlowModule.Engine.Pool;

/// <summary>
/// One end of a lease in the process that uses it: what is sent reaches the other end in order and once, whatever becomes of connections. Any thread sends;
/// one thread takes. A sender waits while the other end has not taken what was sent before, so that neither memory nor the database fills.
/// </summary>
internal sealed class LeasePipe : IDisposable
{
    /// <summary>How many bytes may be on their way.</summary>
    internal const int Window = 1024 * 1024;

    /// <summary>How many, if the caller is gone: its run is to end, although nobody takes what it writes.</summary>
    internal const int WindowOfLeft = 64 * Window;

    /// <summary>How many bytes a frame has, at most: more are sent as several.</summary>
    internal const int MostBytes = 128 * 1024;

    private readonly LeaseLine _line;
    private readonly LeaseCipher? _sealing;
    private readonly LeaseCipher? _opening;
    private readonly object _gate = new();
    private readonly Queue<LeaseFrame> _incoming = [];
    private long _lastSent;
    private long _sentBytes;
    private long _takenThere;
    private long _lastReceived;
    private long _receivedBytes;
    private long _takenBytes;
    private long _toldBytes;
    private bool _isEnded;
    private int _isDisposed;

    internal LeasePipe(LeaseLine line, Guid lease, LeaseSide side, PoolKey? key)
    {
        _line = line;
        Lease = lease;
        Side = side;
        _sealing = key?.CipherOf(lease, side);
        _opening = key?.CipherOf(lease, side.Other());
    }

    /// <summary>The end of a caller that is gone. What the worker has sent since the mark comes again.</summary>
    internal LeasePipe(LeaseLine line, Guid lease, LeaseSide side, PoolKey? key, in LeaseMark mark, long lastSent)
        : this(line, lease, side, key)
    {
        _lastSent = lastSent;
        _lastReceived = mark.After;
        _receivedBytes = _takenBytes = mark.Received;
    }

    internal Guid Lease { get; }

    internal LeaseSide Side { get; }

    /// <summary>Whether nothing can be sent any more.</summary>
    internal bool IsEnded
    {
        get
        {
            lock (_gate)
            {
                return _isEnded;
            }
        }
    }

    /// <summary>Why it ended, if neither end wanted that; otherwise null.</summary>
    internal string? Loss { get; private set; }

    /// <summary>Whether the worker has given the lease back, whatever of it was taken so far.</summary>
    internal bool IsGivenBack { get; private set; }

    /// <summary>Whether the process at the other end is gone. What a caller has then is over; a worker may finish what it has.</summary>
    internal bool IsOtherGone { get; private set; }

    /// <summary>How far it has been received.</summary>
    internal LeaseCursor Cursor
    {
        get
        {
            lock (_gate)
            {
                return new LeaseCursor(Lease, _lastReceived);
            }
        }
    }

    /// <summary>Sends bytes; waits while too many are on their way. False if the pipe has ended.</summary>
    /// <param name="kind">What they are.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="mark">The run that is sent with them, or null.</param>
    internal bool TrySend(LeaseFrameKind kind, ReadOnlySpan<byte> bytes, LeaseMark? mark = null)
    {
        do
        {
            ReadOnlySpan<byte> part = bytes[..Math.Min(bytes.Length, MostBytes)];
            lock (_gate)
            {
                // What a reader may not read soon does not hold up what is said about the lease itself.
                while (!_isEnded && kind is (LeaseFrameKind.Data or LeaseFrameKind.Stray) && _sentBytes - _takenThere >= (IsOtherGone ? WindowOfLeft : Window))
                {
                    Monitor.Wait(_gate);
                }

                if (!TryPost(kind, part, mark))
                {
                    return false;
                }

                _sentBytes += part.Length;
                mark = null;
            }

            bytes = bytes[part.Length..];
        }
        while (bytes.Length > 0);
        return true;
    }

    /// <summary>Sends a text.</summary>
    internal bool TrySend(LeaseFrameKind kind, string text) => TrySend(kind, Encoding.UTF8.GetBytes(text));

    /// <summary>Waits until there is something to take, or the pipe has ended. False if neither happens in time.</summary>
    internal bool Wait(TimeSpan limit)
    {
        long begin = Environment.TickCount64;
        lock (_gate)
        {
            while (_incoming.Count == 0 && !_isEnded)
            {
                TimeSpan left = limit - TimeSpan.FromMilliseconds(Environment.TickCount64 - begin);
                if (left <= TimeSpan.Zero || !Monitor.Wait(_gate, left))
                {
                    return _incoming.Count > 0 || _isEnded;
                }
            }

            return true;
        }
    }

    /// <summary>Takes the next frame; waits for it. False if the pipe has ended and there is none.</summary>
    internal bool TryTake([NotNullWhen(true)] out LeaseFrame? frame)
    {
        lock (_gate)
        {
            while (!_incoming.TryDequeue(out frame))
            {
                if (_isEnded)
                {
                    return false;
                }

                Monitor.Wait(_gate);
            }

            _takenBytes += frame.Bytes.Length;
            if (_takenBytes - _toldBytes >= Window / 2)
            {
                _toldBytes = _takenBytes;
                Span<byte> taken = stackalloc byte[sizeof(long)];
                BinaryPrimitives.WriteInt64LittleEndian(taken, _takenBytes);
                TryPost(LeaseFrameKind.Taken, taken);
            }

            return true;
        }
    }

    /// <summary>Ends it. What was sent is still written; what was received can still be taken. A caller's lease is removed.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            End(loss: null);
            _line.Leave(this);
        }
    }

    /// <summary>Receives a frame of the other end, on the line's thread.</summary>
    internal void Receive(LeaseFrame frame)
    {
        byte[] bytes;
        try
        {
            // A frame that is received again changes nothing.
            if (frame.Number <= Cursor.After)
            {
                return;
            }

            bytes = frame.Kind == LeaseFrameKind.Run ? LeaseMark.Open(frame, _opening).Bytes : _opening?.Open(frame) ?? frame.Bytes;
        }
        catch (CryptographicException)
        {
            End("What the other end sends was encrypted with another key, or was changed.");
            return;
        }

        lock (_gate)
        {
            _lastReceived = frame.Number;
            if (_isEnded)
            {
                return;
            }

            if (frame.Kind == LeaseFrameKind.Taken)
            {
                _takenThere = BinaryPrimitives.ReadInt64LittleEndian(bytes);
            }
            else
            {
                // The mark beside a run is not for this end.
                _incoming.Enqueue(frame with { Kind = frame.Kind == LeaseFrameKind.Run ? LeaseFrameKind.Data : frame.Kind, Bytes = bytes });
                _receivedBytes += bytes.Length;
                IsGivenBack = frame.Kind == LeaseFrameKind.Closed;
                _isEnded = frame.Kind is LeaseFrameKind.Refused or LeaseFrameKind.Died or LeaseFrameKind.Closed;
            }

            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Nothing more comes, and the lease is left as it is.</summary>
    internal void Forget()
    {
        _isDisposed = 1;
        End(loss: null);
    }

    /// <summary>Notes that the process at the other end is gone.</summary>
    internal void LoseOther()
    {
        lock (_gate)
        {
            IsOtherGone = true;
            Monitor.PulseAll(_gate);
        }

        if (Side == LeaseSide.Caller)
        {
            End("The process that served the queue is gone.");
        }
    }

    /// <summary>Ends it here. Nothing can be sent any more; what was received can still be taken.</summary>
    internal void End(string? loss)
    {
        lock (_gate)
        {
            if (!_isEnded)
            {
                Loss = loss;
                _isEnded = true;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Under the gate: the frames of an end are written in the order of their numbers.</summary>
    private bool TryPost(LeaseFrameKind kind, ReadOnlySpan<byte> bytes, LeaseMark? mark = null)
    {
        if (_isEnded)
        {
            return false;
        }

        long number = ++_lastSent;
        _line.Post(mark is { } run
            ? new LeaseFrame(Lease, Side, number, LeaseFrameKind.Run, (run with { After = _lastReceived, Received = _receivedBytes, Sent = _line.Now }).Seal(number, _sealing, bytes))
            : new LeaseFrame(Lease, Side, number, kind, _sealing?.Seal(number, kind, bytes) ?? bytes.ToArray()));
        return true;
    }
}
