using FlowModule.Tests.Support;

namespace FlowModule.Tests.Resuming;

/// <summary>A test of resumed runs. Each has its own names, because the tests share one history.</summary>
public abstract class ResumeTest : FlowTest
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _log = new();

    protected ResumeTest() => Session.Set("log", new Log(_log));

    /// <summary>A name that no other test has.</summary>
    private protected string Unique { get; } = $"run-{Guid.NewGuid():N}";

    /// <summary>The lines that the scripts have logged since the last call.</summary>
    private protected string[] TakeLog()
    {
        var lines = new List<string>();
        while (_log.TryDequeue(out string? line))
        {
            lines.Add(line);
        }

        return [.. lines];
    }

    /// <summary>Another session on the same history, like another user or process.</summary>
    private protected FlowSession OtherSession()
    {
        var session = new FlowSession();
        session.Set("log", new Log(_log));
        return session;
    }
}
