namespace FlowModule.Processes;

/// <summary>
/// What a process has written to its standard error of late: the first and the last of it, because the runtime begins with
/// what is wrong and ends with a stack that may be long.
/// </summary>
internal sealed class LastWords
{
    private const int HeadLength = 1000;
    private const int TailLength = 1000;

    // With these the runtime itself begins to speak, and it is about to end the process.
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
