using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;
using FlowModule.Processes;

namespace FlowModule.Scheduling.Instances;

/// <summary>A new session in PowerShell's own program, separate from the calling session and its changes.</summary>
internal sealed class HostedSession : IScriptSession
{
    private readonly SessionHost _host;

    /// <exception cref="RuntimeException">The module cannot be imported.</exception>
    internal HostedSession(PSHost host)
    {
        _host = new SessionHost(host);
        Runspace = RunspaceFactory.CreateRunspace(_host, InitialSessionState.CreateDefault());
        Runspace.ThreadOptions = PSThreadOptions.UseCurrentThread;
        Runspace.Open();
        using PowerShell shell = PowerShell.Create();
        shell.Runspace = Runspace;
        shell.AddCommand("Import-Module").AddParameter("Name", WorkerCommand.Module).AddParameter("ErrorAction", ActionPreference.Stop).Invoke();
    }

    public Runspace Runspace { get; }

    public int? HostCode => _host.ExitCode;

    public void Dispose() => Runspace.Dispose();

    /// <summary>Writes to the program's host, but does not pass on that the script wants to exit.</summary>
    private sealed class SessionHost(PSHost host) : PSHost
    {
        internal int? ExitCode { get; private set; }

        public override string Name => host.Name;

        public override Version Version => host.Version;

        public override Guid InstanceId { get; } = Guid.NewGuid();

        public override PSHostUserInterface UI => host.UI;

        public override CultureInfo CurrentCulture => host.CurrentCulture;

        public override CultureInfo CurrentUICulture => host.CurrentUICulture;

        public override PSObject? PrivateData => host.PrivateData;

        public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

        public override void EnterNestedPrompt() => throw new PSNotSupportedException("A scheduled script has no prompt.");

        public override void ExitNestedPrompt()
        {
        }

        public override void NotifyBeginApplication() => host.NotifyBeginApplication();

        public override void NotifyEndApplication() => host.NotifyEndApplication();
    }
}
