namespace FlowModule.Engine.Processes;

/// <summary>
/// The recent error output of a process: its beginning and its end, because the runtime begins with
/// the problem and ends with a stack trace that may be long.
/// </summary>
internal sealed class LastWords
{
    private const int HeadLength = 1000;
    private const int TailLength = 1000;

    // The runtime begins its message with these, before it ends the process.
    private static readonly string[] Beginnings = ["Process terminated.", "Unhandled exception.", "Out of memory.", "Stack overflow."];

    private readonly List<string> _head = [];
    private readonly Queue<string> _tail = new();
    private int _headLength;
    private int _tailLength;
    private bool _hasGap;

    internal void Add(string line)
    {
        if (Array.Exists(Beginnings, beginning => line.StartsWith(beginning, StringComparison.Ordinal)))
        {
            Clear();
        }

        if (_tail.Count == 0 && _headLength + line.Length <= HeadLength)
        {
            _head.Add(line);
            _headLength += line.Length;
            return;
        }

        _tail.Enqueue(line);
        _tailLength += line.Length;
        while (_tailLength > TailLength && _tail.Count > 1)
        {
            _tailLength -= _tail.Dequeue().Length;
            _hasGap = true;
        }
    }

    internal void Clear()
    {
        _head.Clear();
        _tail.Clear();
        _headLength = _tailLength = 0;
        _hasGap = false;
    }

    public override string ToString() => string.Join(Environment.NewLine, _head.Concat(_hasGap ? ["..."] : []).Concat(_tail)).Trim();
}
