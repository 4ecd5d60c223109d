using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace FlowModule.FlowHost.Terminal;

/// <summary>The PowerShell host: it shows the output of the script, and records the exit code that the script requests.</summary>
/// <param name="ui">The destination of the script's streams.</param>
internal sealed class ScriptHost(PSHostUserInterface ui) : PSHost
{
    public override string Name => "FlowHost";

    public override Version Version { get; } = typeof(ScriptHost).Assembly.GetName().Version ?? new Version(0, 0);

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface UI => ui;

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    /// <summary>The exit code that a script requested from its host, or null.</summary>
    public int? ExitCode { get; private set; }

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    public override void EnterNestedPrompt() =>
        throw new PSNotSupportedException("flow runs scripts: it has no prompt to nest.");

    public override void ExitNestedPrompt()
    {
        // Called when "exit" runs in a nested pipeline: there is no prompt to leave.
    }

    public override void NotifyBeginApplication()
    {
        // Called before a native command: the screen needs no preparation.
    }

    public override void NotifyEndApplication()
    {
        // Called after a native command: the state of the terminal belongs to the command.
    }
}
