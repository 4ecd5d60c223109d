using FlowModule.Tests.Support;

namespace FlowModule.Tests.Resuming;

/// <summary>A test of runs that go on. Each has names of its own: the tests share one history.</summary>
public abstract class ResumeTest : FlowTest
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _log = new();

    protected ResumeTest() => Session.Set("log", new Log(_log));

    /// <summary>A name that no other test has.</summary>
    private protected string Unique { get; } = $"run-{Guid.NewGuid():N}";

    /// <summary>What the scripts have logged since the last call.</summary>
    private protected string[] TakeLog()
    {
        var lines = new List<string>();
        while (_log.TryDequeue(out string? line))
        {
            lines.Add(line);
        }

        return [.. lines];
    }

    /// <summary>Another session on the same history, as another person or process has it.</summary>
    private protected FlowSession OtherSession()
    {
        var session = new FlowSession();
        session.Set("log", new Log(_log));
        return session;
    }
}
