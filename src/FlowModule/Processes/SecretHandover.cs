using FlowModule.Secrets;
using FlowModule.Wire;

namespace FlowModule.Processes;

/// <summary>
/// Sends the parent process each secret that this process learns, and waits until the parent masks it: the parent writes everything that comes from
/// here to logs and notifications, including direct output of programs.
/// </summary>
/// <param name="channel">The channel to the parent.</param>
/// <param name="isKept">Whether both sides mask a secret as long as this process lives, not only as long as its run.</param>
internal sealed class SecretHandover(FrameChannel channel, bool isKept)
{
    /// <summary>How many are kept; if there are more, the latest.</summary>
    internal const int Most = 10_000;

    private readonly object _gate = new();
    private readonly FrameBuilder _frame = new();
    private readonly Dictionary<string, int> _kept = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private int _told;
    private int _known;
    private bool _isOver;
    private int _listener;

    /// <summary>Returns when the other side masks the text.</summary>
    internal void Tell(string text)
    {
        lock (_gate)
        {
            if (!_kept.TryGetValue(text, out int number))
            {
                _frame.Data.Write(text);
                _isOver |= !_frame.TrySend(channel, FrameKind.Secret);
                number = ++_told;
                if (isKept)
                {
                    Keep(text, number);
                }
            }

            // The listening thread would wait for itself.
            while (_known < number && !_isOver && _listener != Environment.CurrentManagedThreadId)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>Declares the current thread as the one that reads the other side's messages.</summary>
    internal void Listen()
    {
        lock (_gate)
        {
            _listener = Environment.CurrentManagedThreadId;
        }
    }

    /// <summary>The other side masks one more.</summary>
    internal void Known()
    {
        lock (_gate)
        {
            _known++;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The other side is gone, and writes nothing any more.</summary>
    internal void End()
    {
        lock (_gate)
        {
            _isOver = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Keep(string text, int number)
    {
        _kept.Add(text, number);
        _order.Enqueue(text);
        KnownSecrets.Add(text);
        if (_order.Count > Most)
        {
            string oldest = _order.Dequeue();
            _kept.Remove(oldest);
            KnownSecrets.Remove(oldest);
        }
    }
}
