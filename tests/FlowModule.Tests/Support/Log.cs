using System.Collections.Concurrent;

namespace FlowModule.Tests.Support;

/// <summary>Lines that scripts write for a test, from several sessions at once.</summary>
public sealed class Log
{
    private readonly ConcurrentQueue<string> _lines;

    internal Log(ConcurrentQueue<string> lines) => _lines = lines;

    /// <summary>Called by a script.</summary>
    public void Add(string line) => _lines.Enqueue(line);
}
