using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Flows;
using FlowModule.History;
using FlowModule.Scheduling.Registrations;

namespace FlowModule.Commands;

/// <summary>Base of the cmdlets for scheduled flows.</summary>
public abstract class RegistrationCommand : FlowCommand
{
    private FlowRegistrations? _registrations;

    private protected RegistrationCommand()
    {
    }

    /// <summary>The file of the history that records the flows' runs, or its folder, instead of the default history. Registrations are kept beside it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FlowHistoryCompleter))]
    public string? HistoryPath { get; set; }

    /// <summary>The file of the history. It need not exist or be in use.</summary>
    private protected string HistoryFile => HistoryPath is { } path ? OrThrow(() => HistoryChoice.FileOf(this, path)) : Histories.DefaultPath;

    private protected FlowRegistrations Registrations => _registrations ??= FlowRegistrations.Of(HistoryFile);

    /// <summary>The registrations with a name or a matching pattern; an unknown name is an error.</summary>
    private protected FlowRegistration[] Match(IReadOnlyList<FlowRegistration> all, string name)
    {
        FlowRegistration[] found = FlowNames.Match(all, static registration => registration.Name, name);
        if (found.Length == 0 && FlowNames.Wildcard(name) is null)
        {
            WriteError(ScheduleErrors.NotFound(name).ErrorRecord);
        }

        return found;
    }
}
