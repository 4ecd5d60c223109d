using System.Text;

namespace FlowModule.Scheduling.Instances;

/// <summary>Writes the standard streams of a script and its programs to the log, in whole lines, and keeps the last lines.</summary>
/// <param name="log">The log.</param>
internal sealed class InstanceOutput(InstanceLog log)
{
    /// <summary>How many lines are kept.</summary>
    internal const int LastLineCount = 20;

    private const byte LineFeed = (byte)'\n';
    private const int BufferBytes = 64 * 1024;

    // A secret must not be split between two pieces.
    private const int LongestMaskedLine = 4 * 1024 * 1024;
    private const int StackBytes = 256 * 1024;
    private const int LongestLine = 2000;

    private readonly Queue<string> _last = new();
    private int _open;
    private long _readAt;

    internal InstanceLog Log => log;

    /// <summary>What is masked in the output.</summary>
    internal InstanceMasks Masks { get; } = new();

    /// <summary>The last lines.</summary>
    internal IReadOnlyList<string> LastLines
    {
        get
        {
            lock (_last)
            {
                return [.. _last];
            }
        }
    }

    /// <summary>Reads a stream on a separate thread to its end, which is when all processes that have it open have ended, and closes it.</summary>
    internal void Read(Stream stream)
    {
        lock (_last)
        {
            _open++;
        }

        new Thread(() => Pump(stream), StackBytes) { IsBackground = true, Name = "FlowModule scheduled output" }.Start();
    }

    /// <summary>Waits for the end of the streams, but not forever: a program that was left behind may keep them open. Its output still goes to the log.</summary>
    /// <param name="quiet">How long to wait without output.</param>
    /// <param name="atMost">How long to wait at most.</param>
    internal void WaitForEnd(TimeSpan quiet, TimeSpan atMost)
    {
        long begin = Environment.TickCount64;
        lock (_last)
        {
            while (_open > 0 && Left() is > 0 and var left)
            {
                Monitor.Wait(_last, (int)Math.Min(left, int.MaxValue));
            }
        }

        long Left() => Math.Min(Math.Max(begin, Volatile.Read(ref _readAt)) + (long)quiet.TotalMilliseconds, begin + (long)atMost.TotalMilliseconds) - Environment.TickCount64;
    }

    private void Pump(Stream stream)
    {
        var buffer = new byte[BufferBytes];
        int count = 0;
        try
        {
            // Closed here, because it must stay open as long as any process writes to it, even after the script has ended.
            using Stream closed = stream;
            for (int read; (read = stream.Read(buffer, count, buffer.Length - count)) > 0;)
            {
                Volatile.Write(ref _readAt, Environment.TickCount64);
                count += read;
                int whole = buffer.AsSpan(0, count).LastIndexOf(LineFeed) + 1;
                if (whole == 0 && count < buffer.Length)
                {
                    continue;
                }

                if (whole == 0 && Masks.Any && count < LongestMaskedLine)
                {
                    Array.Resize(ref buffer, count * 2);
                    continue;
                }

                whole = whole == 0 ? count : whole;
                Take(buffer.AsSpan(0, whole));
                buffer.AsSpan(whole, count - whole).CopyTo(buffer);
                count -= whole;
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // A read error is an end too.
        }

        if (count > 0)
        {
            // The next output begins on a new line.
            Take([.. buffer.AsSpan(0, count), LineFeed]);
        }

        lock (_last)
        {
            _open--;
            Monitor.PulseAll(_last);
        }
    }

    private void Take(ReadOnlySpan<byte> written)
    {
        ReadOnlySpan<byte> lines = Masks.MaskOutput(written);
        log.Write(lines);
        ReadOnlySpan<byte> rest = lines.TrimEnd("\r\n"u8);
        var found = new Stack<string>();
        while (found.Count < LastLineCount)
        {
            int start = rest.LastIndexOf(LineFeed) + 1;
            ReadOnlySpan<byte> line = rest[start..].TrimEnd((byte)'\r');
            found.Push(Encoding.UTF8.GetString(line[..Math.Min(line.Length, LongestLine)]));
            if (start == 0)
            {
                break;
            }

            rest = rest[..(start - 1)];
        }

        lock (_last)
        {
            foreach (string line in found)
            {
                _last.Enqueue(line);
                if (_last.Count > LastLineCount)
                {
                    _last.Dequeue();
                }
            }
        }
    }
}
