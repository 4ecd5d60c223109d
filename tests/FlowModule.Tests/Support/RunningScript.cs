using System.Management.Automation;

namespace FlowModule.Tests.Support;

/// <summary>A script that runs while the test goes on, to be stopped as Ctrl+C stops it.</summary>
internal sealed class RunningScript : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private readonly PowerShell _shell;
    private readonly PSDataCollection<PSObject> _output = [];
    private readonly IAsyncResult _run;

    internal RunningScript(FlowSession session, string script)
    {
        _shell = PowerShell.Create(session.Runspace);
        _shell.AddScript(script);
        using var input = new PSDataCollection<PSObject>();
        input.Complete();
        _run = _shell.BeginInvoke(input, _output);
    }

    internal object?[] Output => [.. _output.Select(item => item?.BaseObject)];

    internal ErrorRecord[] Errors => [.. _shell.Streams.Error];

    internal PSInvocationState State => _shell.InvocationStateInfo.State;

    /// <summary>Ctrl+C.</summary>
    internal void Stop()
    {
        IAsyncResult stop = _shell.BeginStop(callback: null, state: null);
        Assert.True(stop.AsyncWaitHandle.WaitOne(Patience), "The script does not stop.");
    }

    internal void WaitForEnd() => Assert.True(_run.AsyncWaitHandle.WaitOne(Patience), "The script does not end.");

    public void Dispose() => _shell.Dispose();
}
