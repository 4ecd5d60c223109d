using System.Management.Automation;
using System.Runtime.InteropServices;
using FlowModule.Completion;
using FlowModule.Scheduling.Instances;

namespace FlowModule.Commands;

/// <summary>Runs a registered flow now, as it runs by itself, and waits for it. What the machine's scheduler calls, too.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "FlowSchedule", SupportsShouldProcess = true)]
[OutputType(typeof(FlowScheduleRun))]
public sealed class InvokeFlowScheduleCommand : RegistrationCommand, IDisposable
{
    private readonly StopRequests _stop = new(PosixSignal.SIGTERM, PosixSignal.SIGHUP);

    /// <summary>The name that the flow is registered under.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FlowRegistrationCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    /// <summary>Run the time that is due by its schedules, unless another process has, and before it those that were missed.</summary>
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
