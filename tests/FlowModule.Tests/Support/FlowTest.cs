using System.Management.Automation;

namespace FlowModule.Tests.Support;

/// <summary>A test that drives the cmdlets in a session of its own.</summary>
public abstract class FlowTest : IDisposable
{
    private readonly Lazy<FlowSession> _session;
    private readonly Lazy<TempFolder> _folder = new(() => new TempFolder());

    protected FlowTest() => _session = new(OpenSession);

    private protected FlowSession Session => _session.Value;

    /// <summary>A folder of the test's own, removed after it.</summary>
    private protected TempFolder Folder => _folder.Value;

    private protected virtual FlowSession OpenSession() => new();

    /// <summary>Whether the session ends with the test.</summary>
    private protected virtual bool OwnsSession => true;

    /// <summary>Runs a script that must not fail, and gives what it output.</summary>
    private protected object?[] Values(string script) => Session.Values(script);

    /// <summary>Runs a script that must not fail and outputs one object.</summary>
    private protected object? Value(string script) => Session.Value(script);

    /// <summary>Runs a script that may fail.</summary>
    private protected ScriptResult Run(string script) => Session.Run(script);

    /// <summary>A property that the module gives errors in a session.</summary>
    private protected object? Note(ErrorRecord error, string name)
    {
        Session.Set("noted", error);
        return Value($"$noted.{name}");
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends what the test has opened.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (_session.IsValueCreated && OwnsSession)
        {
            _session.Value.Dispose();
        }

        if (_folder.IsValueCreated)
        {
            _folder.Value.Dispose();
        }
    }
}
