namespace FlowModule.Engine.Processes;

/// <summary>
/// Reads the direct output of a child process and its programs to standard output or standard error, line by line.
/// At the end of each run the child writes a mark, which shows that all lines of the run have arrived. The stream is closed at its end.
/// </summary>
internal sealed class StrayOutput
{
    private const int StackBytes = 256 * 1024;

    private readonly object _gate = new();
    private readonly StreamReader _reader;
    private readonly string _mark;
    private readonly Action<string> _line;
    private readonly LastWords _last = new();
    private int _marks;
    private int _runs;
    private bool _isMissed;
    private bool _ended;

    /// <param name="reader">The stream.</param>
    /// <param name="mark">The mark after a run's lines.</param>
    /// <param name="line">Receives each line, on the reader's own thread.</param>
    internal StrayOutput(StreamReader reader, string mark, Action<string> line)
    {
        _reader = reader;
        _mark = mark;
        _line = line;
        new Thread(Read, StackBytes) { IsBackground = true, Name = "FlowModule process output" }.Start();
    }

    /// <summary>The last lines since the last mark.</summary>
    internal string LastWords
    {
        get
        {
            lock (_gate)
            {
                return _last.ToString();
            }
        }
    }

    /// <summary>
    /// Waits for a mark, or the end of the stream, for a limited time: a body can close the stream while a program that it has left keeps it open.
    /// After one missing mark there are no more waits until all have arrived, so that later runs are not delayed.
    /// </summary>
    internal void WaitForMark(TimeSpan limit)
    {
        // One for each run: a late mark of an earlier run does not count for this one.
        int expected = ++_runs;
        _isMissed = !Wait(() => _marks >= expected, _isMissed ? TimeSpan.Zero : limit);
    }

    /// <summary>Waits for the end of the stream, for a limited time: a program that was left behind may keep it open.</summary>
    internal void WaitForEnd(TimeSpan limit) => Wait(() => false, limit);

    private bool Wait(Func<bool> isDone, TimeSpan limit)
    {
        long deadline = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        lock (_gate)
        {
            while (!isDone() && !_ended && deadline - Environment.TickCount64 is > 0 and var left)
            {
                Monitor.Wait(_gate, (int)left);
            }

            return _ended || isDone();
        }
    }

    private void Read()
    {
        try
        {
            using StreamReader closed = _reader;
            while (closed.ReadLine() is { } line)
            {
                bool isMark = line.EndsWith(_mark, StringComparison.Ordinal);
                string text = isMark ? line[..^_mark.Length] : line;
                if (!isMark || text.Length > 0)
                {
                    Keep(text);
                    _line(text);
                }

                if (isMark)
                {
                    Mark();
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The process is being killed.
        }

        lock (_gate)
        {
            _ended = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Keep(string line)
    {
        lock (_gate)
        {
            _last.Add(line);
        }
    }

    private void Mark()
    {
        lock (_gate)
        {
            _marks++;
            _last.Clear();
            Monitor.PulseAll(_gate);
        }
    }
}
