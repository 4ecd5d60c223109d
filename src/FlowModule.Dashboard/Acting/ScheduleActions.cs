using FlowModule.Dashboard.Reading;
using FlowModule.Dashboard.Security;

namespace FlowModule.Dashboard.Acting;

/// <summary>The actions on scheduled flows.</summary>
internal sealed class ScheduleActions(RunActions runs, MachineReader machine, ActionLog log)
{
    internal const string RunAction = "run";
    internal const string PauseAction = "pause";
    internal const string ResumeAction = "resume";

    /// <summary>The button text and the consequence of each action.</summary>
    internal static readonly IReadOnlyDictionary<string, (string Label, string Consequence)> Confirmations = new Dictionary<string, (string, string)>(StringComparer.Ordinal)
    {
        [RunAction] = ("Run now", "The scheduled script runs once, as it does at its times."),
        [PauseAction] = ("Pause", "It runs at none of its times until it is resumed. What runs now goes on."),
        [ResumeAction] = ("Resume", "It runs at its next time again. What it would have run during the pause is not made up for."),
    };

    /// <summary>Returns the actions for a registration: their names and button texts.</summary>
    internal static IReadOnlyList<(string Name, string Label)> For(FlowRegistration registration) =>
        registration.Status is FlowRegistrationStatus.Orphaned or FlowRegistrationStatus.Damaged ? []
        : [(RunAction, "Run now"), registration.PausedSince is null ? (PauseAction, "Pause") : (ResumeAction, "Resume")];

    /// <summary>Executes an action. Returns the page that shows the outcome.</summary>
    /// <exception cref="DashboardException">The action is not possible.</exception>
    internal string Do(string action, string name, Visitor who) => action switch
    {
        RunAction => RunNow(name, who),
        PauseAction => Pause(name, isPaused: true, who),
        ResumeAction => Pause(name, isPaused: false, who),
        _ => throw new DashboardException($"'{action}' is nothing that can be done with a scheduled flow."),
    };

    private string RunNow(string name, Visitor who)
    {
        Require(name);
        return runs.StartSchedule(name, who);
    }

    private string Pause(string name, bool isPaused, Visitor who)
    {
        try
        {
            machine.Pause(name, isPaused);
        }
        catch (FlowException exception)
        {
            throw new DashboardException(exception.Message);
        }

        log.Add(who.ToString(), isPaused ? "Pause schedule" : "Resume schedule", run: null, name, isPaused ? "It is paused." : "It runs again.");
        return Links.Schedules;
    }

    private FlowRegistration Require(string name) =>
        machine.Registrations(isUrgent: true).FirstOrDefault(registration => string.Equals(registration.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new DashboardException($"No flow is registered as '{name}'.");
}
