using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace FlowModule.FlowHost.Terminal;

/// <summary>The engine's host: who runs the script, and where its streams go.</summary>
internal sealed class FlowConsoleHost(ConsoleOutput output, ConsoleInput input) : PSHost
{
    public override string Name => "FlowHost";

    public override Version Version { get; } = typeof(FlowConsoleHost).Assembly.GetName().Version ?? new Version(0, 0);

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface UI { get; } = new ConsoleUserInterface(output, input);

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    /// <summary>The exit code that a script asked for through its host, or null.</summary>
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
        // A native command may take the screen: its output must not be written onto a progress line.
        output.EndProgress();
    }

    public override void NotifyEndApplication()
    {
        // Nothing to restore: all state of the terminal is the native command's own business.
    }
}
