using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;

namespace FlowModule.Workers;

/// <summary>
/// The host of a worker: describes itself like the caller's host, and turns direct output to it into records of the run.
/// </summary>
internal sealed class WorkerHost(PSHost? origin, Action<object> write) : PSHost
{
    public override string Name => origin?.Name ?? "FlowModule";

    public override Version Version { get; } = origin?.Version ?? typeof(Flow).Assembly.GetName().Version!;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override CultureInfo CurrentCulture { get; } = origin?.CurrentCulture ?? CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture { get; } = origin?.CurrentUICulture ?? CultureInfo.CurrentUICulture;

    public override PSHostUserInterface UI { get; } = new WorkerHostUI(origin?.UI?.RawUI, write);

    public override PSObject? PrivateData => origin?.PrivateData;

    public override void EnterNestedPrompt() => throw new PSNotSupportedException("A worker has no prompt.");

    public override void ExitNestedPrompt()
    {
    }

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    /// <summary>A body that exits only ends itself; nothing else in a worker calls this.</summary>
    public override void SetShouldExit(int exitCode)
    {
    }
}
