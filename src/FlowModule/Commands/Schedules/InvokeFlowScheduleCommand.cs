using System.Management.Automation;
using System.Runtime.InteropServices;
using FlowModule.Completion;
using FlowModule.Scheduling.Instances;

namespace FlowModule.Commands;

/// <summary>Runs a registered flow now, as its scheduler does, and waits for it. The machine's scheduler calls it too.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "FlowSchedule", SupportsShouldProcess = true)]
[OutputType(typeof(FlowScheduleRun))]
public sealed class InvokeFlowScheduleCommand : RegistrationCommand, IDisposable
{
    private readonly StopRequests _stop = new(PosixSignal.SIGTERM, PosixSignal.SIGHUP);

    /// <summary>The name of the registration.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FlowRegistrationCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    /// <summary>Whether to run the due occurrence, unless another process has run it, and the missed occurrences before it.</summary>
    [Parameter]
    public SwitchParameter Due { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => RequireFullLanguage();

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        ScheduleInvocation invocation = OrThrow(() => ScheduleInvocation.Of(Name, HistoryFile));
        if (!ShouldProcess($"{invocation.Flow.Name} ({invocation.Flow.Path})", "Run scheduled flow"))
        {
            return;
        }

        foreach (FlowScheduleRun run in invocation.Run(Due, _stop.Token))
        {
            if (invocation.TakeWarning() is { } warning)
            {
                WriteWarning(warning);
            }

            WriteObject(run);
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stop.Request();

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();
}
