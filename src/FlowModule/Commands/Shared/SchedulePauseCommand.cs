using System.Management.Automation;
using FlowModule.Completion;

namespace FlowModule.Commands;

/// <summary>Base of the cmdlets that pause scheduled flows and resume them.</summary>
public abstract class SchedulePauseCommand : RegistrationCommand
{
    private readonly bool _pauses;

    private protected SchedulePauseCommand(bool pauses) => _pauses = pauses;

    /// <summary>Names; wildcards are allowed. The output of Get-FlowSchedule can be piped.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(FlowRegistrationCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Whether to return the registrations as they are now.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (FlowRegistration registration in Name.SelectMany(name => Match(Registrations.All(), name)).DistinctBy(registration => registration.Name))
        {
            if (!ShouldProcess(registration.Name, _pauses ? "Pause scheduled flow" : "Resume scheduled flow"))
            {
                continue;
            }

            try
            {
                Registrations.Pause(registration.Name, _pauses);
            }
            catch (FlowException exception)
            {
                WriteError(exception.ErrorRecord);
                continue;
            }

            if (PassThru)
            {
                WriteObject(Match(Registrations.All(), WildcardPattern.Escape(registration.Name)), enumerateCollection: true);
            }
        }
    }
}
