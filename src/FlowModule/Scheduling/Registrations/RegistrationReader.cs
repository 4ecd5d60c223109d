using FlowModule.Engine.Schedules;
using FlowModule.Scheduling.Registrars;

namespace FlowModule.Scheduling.Registrations;

/// <summary>Compares registrations with the entries in their schedulers.</summary>
/// <param name="historyPath">The file of their history.</param>
/// <param name="registrars">The machine's schedulers.</param>
/// <param name="clock">The clock and time zone of the machine.</param>
internal sealed class RegistrationReader(string historyPath, IReadOnlyList<IScheduleRegistrar> registrars, HostClock clock)
{
    internal FlowRegistration Damaged(string name, FlowScheduleHost host, RegisteredEntries? found, string? damage) => new(name, host, historyPath, flow: null)
    {
        Status = FlowRegistrationStatus.Damaged,
        Message = $"Its registration cannot be read. {damage}",
        Entries = [.. found?.Entries ?? []],
        When = found is null ? string.Empty : TimesOf(host, found.Entries),
    };

    internal FlowRegistration Orphaned(FlowScheduleHost host, RegisteredEntries found) => new(found.Key.Name, host, historyPath, flow: null)
    {
        Status = FlowRegistrationStatus.Orphaned,
        Message = "There is no registration for it with this scheduler. Unregister-FlowSchedule removes it.",
        Entries = [.. found.Entries],
        When = TimesOf(host, found.Entries),
    };

    /// <param name="flow">The registration.</param>
    /// <param name="found">The entries in the scheduler, or null.</param>
    /// <param name="trouble">Why the entries cannot be read, or null.</param>
    internal FlowRegistration Read(ScheduledFlow flow, RegisteredEntries? found, string? trouble)
    {
        string when = string.Join("; ", flow.Schedules);
        if (flow.Using == FlowScheduleHost.Scheduler)
        {
            return new(flow.Name, flow.Using, historyPath, flow) { Status = Working(flow), When = when, NextRun = flow.Next(clock.Now), Message = PauseOf(flow) };
        }

        if (found is null)
        {
            return new(flow.Name, flow.Using, historyPath, flow)
            {
                Status = FlowRegistrationStatus.Missing,
                Message = trouble ?? $"It is not in {At(flow.Using).Place}. Register-FlowSchedule adds it again.",
                When = when,
            };
        }

        bool isSame = IsSame(flow, found) && found.Trouble is null;
        return new(flow.Name, flow.Using, historyPath, flow)
        {
            Status = isSame ? Working(flow) : FlowRegistrationStatus.Changed,
            Message = isSame ? PauseOf(flow) : found.Trouble ?? $"It was changed in {At(flow.Using).Place}. Register-FlowSchedule writes it again.",
            When = isSame ? when : TimesOf(flow.Using, found.Entries),
            NextRun = isSame ? flow.Next(clock.Now) : null,
            Entries = [.. found.Entries],
        };
    }

    /// <summary>The status of a registration whose entry is as registered.</summary>
    private static FlowRegistrationStatus Working(ScheduledFlow flow) => flow.Paused is null ? FlowRegistrationStatus.Registered : FlowRegistrationStatus.Paused;

    private static string? PauseOf(ScheduledFlow flow) =>
        flow.Paused is { } since ? $"It has been paused since {since.ToLocalTime().ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture)}. Resume-FlowSchedule resumes it." : null;

    private bool IsSame(ScheduledFlow flow, RegisteredEntries found)
    {
        try
        {
            return At(flow.Using).AreSame(found.Entries, flow.Entries);
        }
        catch (System.Xml.XmlException)
        {
            // An unreadable entry was changed by hand.
            return false;
        }
    }

    private string TimesOf(FlowScheduleHost host, IReadOnlyList<string> entries)
    {
        try
        {
            return At(host).TimesOf(entries);
        }
        catch (System.Xml.XmlException)
        {
            return string.Empty;
        }
    }

    private IScheduleRegistrar At(FlowScheduleHost host) => registrars.First(registrar => registrar.Host == host);
}
