using System.Management.Automation;
using FlowModule.Completion;

namespace FlowModule.Commands;

/// <summary>Removes registrations. Runs stay in the history, and logs stay where they are.</summary>
[Cmdlet(VerbsLifecycle.Unregister, "FlowSchedule", SupportsShouldProcess = true)]
public sealed class UnregisterFlowScheduleCommand : RegistrationCommand
{
    /// <summary>Names; wildcards are allowed. The output of Get-FlowSchedule can be piped.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FlowRegistrationCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (string name in Name)
        {
            foreach (FlowRegistration registration in Match(Registrations.All(), name))
            {
                string what = $"Unregister '{registration.Name}' from {Registrations.PlaceOf(registration.Using)}.";
                if (ShouldProcess(what, $"{what}\nContinue?", "Unregister flow schedule"))
                {
                    OrThrow(() =>
                    {
                        Registrations.Unregister(registration);
                        return true;
                    });
                }
            }
        }
    }
}
