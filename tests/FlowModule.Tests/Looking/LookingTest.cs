using FlowModule.Tests.Support;

namespace FlowModule.Tests.Looking;

/// <summary>A test with its own history of manually created runs; $history is its path.</summary>
public abstract class LookingTest : FlowTest
{
    private readonly Lazy<HistoryFile> _file;

    protected LookingTest() => _file = new(() =>
    {
        var file = new HistoryFile();
        Session.Set("history", file.Path);
        return file;
    });

    private protected HistoryFile File => _file.Value;

    /// <summary>The names of the runs that a script returns, in order.</summary>
    private protected string[] Names(string script) => [.. Values(script).Cast<FlowRunRecord>().Select(run => run.Name)];

    protected override void Dispose(bool disposing)
    {
        if (_file.IsValueCreated)
        {
            _file.Value.Dispose();
        }

        base.Dispose(disposing);
    }
}
