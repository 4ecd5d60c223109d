using FlowModule.Secrets;
using FlowModule.Wire;

namespace FlowModule.Processes;

/// <summary>
/// Tells the process that has started this one each secret that this one learns, and waits until it is masked there: what comes from here, also
/// what programs write straight to standard output, is written to logs and told others by that process.
/// </summary>
/// <param name="channel">The way to that process.</param>
/// <param name="isKept">Whether both sides mask a secret as long as this process lives, and not only as long as the run that has it.</param>
internal sealed class SecretHandover(FrameChannel channel, bool isKept)
{
    /// <summary>How many are kept; of a process that learns more, the latest.</summary>
    internal const int Most = 10_000;

    private readonly object _gate = new();
    private readonly FrameBuilder _frame = new();
    private readonly Dictionary<string, int> _kept = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private int _told;
    private int _known;
    private bool _isOver;
    private int _listener;

    /// <summary>Returns when the text is masked at the other side.</summary>
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

            // Who listens would wait for himself.
            while (_known < number && !_isOver && _listener != Environment.CurrentManagedThreadId)
            {
                Monitor.Wait(_gate);
            }
        }
    }

    /// <summary>This is the thread that hears what the other side says.</summary>
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
