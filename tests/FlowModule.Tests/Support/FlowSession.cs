using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace FlowModule.Tests.Support;

/// <summary>A session as a person has it: a runspace with a host, the standard commands, and the module imported by its manifest.</summary>
internal sealed class FlowSession : IDisposable
{
    // No test waits this long but one whose script hangs.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private static readonly string Manifest = typeof(FlowSession).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(attribute => attribute.Key == "ModuleManifest").Value!;

    private readonly CapturingHost _host = new();
    private readonly Runspace _runspace;
    private bool _hangs;

    internal FlowSession(Action<InitialSessionState>? configure = null)
    {
        InitialSessionState state = InitialSessionState.CreateDefault();
        configure?.Invoke(state);
        _runspace = RunspaceFactory.CreateRunspace(_host, state);
        _runspace.ThreadOptions = PSThreadOptions.ReuseThread;
        _runspace.Open();
        using PowerShell shell = PowerShell.Create(_runspace);
        shell.AddCommand("Import-Module").AddParameter("Name", Manifest).AddParameter("ErrorAction", ActionPreference.Stop).Invoke();
    }

    internal CapturingHost Host => _host;

    internal Runspace Runspace => _runspace;

    /// <summary>Gives the session a variable that holds the object itself.</summary>
    internal void Set(string name, object? value) => _runspace.SessionStateProxy.SetVariable(name, value);

    internal object? Get(string name) => Bare(_runspace.SessionStateProxy.GetVariable(name));

    /// <summary>Runs a script as if typed at the prompt.</summary>
    internal ScriptResult Run(string script)
    {
        using PowerShell shell = PowerShell.Create(_runspace);
        shell.AddScript(script);
        return Run(shell);
    }

    /// <summary>Runs a command with parameters that are objects of the test's.</summary>
    internal ScriptResult Run(PowerShell shell)
    {
        shell.Runspace = _runspace;
        using var input = new PSDataCollection<PSObject>();
        using var output = new PSDataCollection<PSObject>();
        input.Complete();
        _host.TakeText();
        IAsyncResult run = shell.BeginInvoke(input, output);
        if (!run.AsyncWaitHandle.WaitOne(Patience))
        {
            _hangs = true;
            shell.BeginStop(callback: null, state: null);
            throw new TimeoutException($"The script still runs after {Patience.TotalSeconds} seconds.");
        }

        RuntimeException? thrown = null;
        try
        {
            shell.EndInvoke(run);
        }
        catch (RuntimeException exception)
        {
            thrown = exception;
        }

        return new ScriptResult(
            [.. output.Select(Bare)],
            [.. shell.Streams.Error],
            [.. shell.Streams.Warning.Select(record => record.Message)],
            [.. shell.Streams.Verbose.Select(record => record.Message)],
            [.. shell.Streams.Information],
            _host.TakeText(),
            thrown);
    }

    /// <summary>Runs a script that must not fail, and gives what it output.</summary>
    internal object?[] Values(string script) => Run(script).Clean().Output;

    /// <summary>Runs a script that must not fail and outputs one object.</summary>
    internal object? Value(string script) => Assert.Single(Values(script));

    public void Dispose()
    {
        // Closing waits for what runs: a script that hangs would take the whole test run along.
        if (!_hangs)
        {
            _runspace.Dispose();
        }
    }

    private static object? Bare(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
}
