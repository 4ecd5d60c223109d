using System.Management.Automation;
using FlowModule.Flows;
using FlowModule.History;
using FlowModule.Scheduling.Registrations;

namespace FlowModule.Commands;

/// <summary>What the cmdlets have in common that are about flows that run by themselves.</summary>
public abstract class RegistrationCommand : FlowCommand
{
    private FlowRegistrations? _registrations;

    /// <summary>The file of the history that the flows' runs are recorded in, or the folder that it is in, in place of the usual one. What is registered is kept beside it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HistoryPath { get; set; }

    /// <summary>The file of the history, which need not be there, nor be in use.</summary>
    private protected string HistoryFile => HistoryPath is { } path ? OrThrow(() => HistoryChoice.FileOf(this, path)) : Histories.DefaultPath;

    private protected FlowRegistrations Registrations => _registrations ??= FlowRegistrations.Of(HistoryFile);

    /// <summary>Scripts that run by themselves have a process of their own, which is not restricted: a session that is must not start one, now or later.</summary>
    private protected void RequireFullLanguage()
    {
        if (SessionState.LanguageMode != PSLanguageMode.FullLanguage)
        {
            ThrowTerminatingError(ScheduleErrors.Restricted(MyInvocation.MyCommand.Name, SessionState.LanguageMode).ErrorRecord);
        }
    }

    /// <summary>The registrations of a name or a pattern, with the error for a name that none has.</summary>
    private protected FlowRegistration[] Match(IReadOnlyList<FlowRegistration> all, string name)
    {
        WildcardPattern? pattern = FlowNames.Wildcard(name);
        FlowRegistration[] found = [.. all.Where(registration => pattern?.IsMatch(registration.Name) ?? registration.Name.Equals(name, StringComparison.OrdinalIgnoreCase))];
        if (found.Length == 0 && pattern is null)
        {
            WriteError(ScheduleErrors.NotFound(name).ErrorRecord);
        }

        return found;
    }
}
