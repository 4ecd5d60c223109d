using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace FlowModule.Wire;

/// <summary>
/// Carries frames over a pipe: four bytes of length, one byte of kind, and the payload. Any thread may write; one thread reads.
/// </summary>
internal sealed class FrameChannel(Stream stream) : IDisposable
{
    internal const int HeaderLength = sizeof(int) + sizeof(FrameKind);

    private readonly object _writing = new();
    private readonly byte[] _buffer = new byte[32 * 1024];
    private int _start;
    private int _end;

    /// <summary>Sends a frame, whose first <see cref="HeaderLength"/> bytes are reserved for its header. False if nobody reads any more.</summary>
    internal bool TryWrite(FrameKind kind, Span<byte> frame)
    {
        BinaryPrimitives.WriteInt32LittleEndian(frame, frame.Length - HeaderLength);
        frame[sizeof(int)] = (byte)kind;
        try
        {
            lock (_writing)
            {
                stream.Write(frame);
            }

            return true;
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            return false;
        }
    }

    /// <summary>Waits for the next frame. False if the other side is gone.</summary>
    internal bool TryRead(out FrameKind kind, [NotNullWhen(true)] out byte[]? payload)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        kind = default;
        payload = null;
        try
        {
            if (!TryFill(header))
            {
                return false;
            }

            kind = (FrameKind)header[sizeof(int)];
            byte[] bytes = new byte[BinaryPrimitives.ReadInt32LittleEndian(header)];
            if (!TryFill(bytes))
            {
                return false;
            }

            payload = bytes;
            return true;
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            return false;
        }
    }

    /// <summary>Ends the connection; readers and writers on both sides notice.</summary>
    public void Dispose() => stream.Dispose();

    private static bool IsEnd(Exception exception) =>
        exception is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException;

    private bool TryFill(Span<byte> target)
    {
        while (target.Length > 0)
        {
            if (_start == _end)
            {
                // Long data is read directly to its destination.
                int read = target.Length >= _buffer.Length ? stream.Read(target) : stream.Read(_buffer);
                if (read == 0)
                {
                    return false;
                }

                if (target.Length >= _buffer.Length)
                {
                    target = target[read..];
                    continue;
                }

                (_start, _end) = (0, read);
            }

            int count = Math.Min(target.Length, _end - _start);
            _buffer.AsSpan(_start, count).CopyTo(target);
            _start += count;
            target = target[count..];
        }

        return true;
    }
}
