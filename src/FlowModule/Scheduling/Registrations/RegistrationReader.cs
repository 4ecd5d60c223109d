using FlowModule.Engine.Schedules;
using FlowModule.Scheduling.Registrars;

namespace FlowModule.Scheduling.Registrations;

/// <summary>Compares what is registered with what is really there.</summary>
/// <param name="historyPath">The file of the history that it belongs to.</param>
/// <param name="registrars">The places that machines have.</param>
/// <param name="clock">What time it is.</param>
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

    /// <param name="flow">What is registered.</param>
    /// <param name="found">What is there, or null.</param>
    /// <param name="trouble">Why there is no telling what is there, or null.</param>
    internal FlowRegistration Read(ScheduledFlow flow, RegisteredEntries? found, string? trouble)
    {
        string when = string.Join("; ", flow.Schedules);
        if (flow.Using == FlowScheduleHost.Scheduler)
        {
            return new(flow.Name, flow.Using, historyPath, flow) { When = when, NextRun = flow.Next(clock.Now) };
        }

        if (found is null)
        {
            return new(flow.Name, flow.Using, historyPath, flow)
            {
                Status = FlowRegistrationStatus.Missing,
                Message = trouble ?? $"It is not in {At(flow.Using).Place}. Register-FlowSchedule puts it there again.",
                When = when,
            };
        }

        bool isSame = IsSame(flow, found) && found.Trouble is null;
        return new(flow.Name, flow.Using, historyPath, flow)
        {
            Status = isSame ? FlowRegistrationStatus.Registered : FlowRegistrationStatus.Changed,
            Message = isSame ? null : found.Trouble ?? $"It was changed in {At(flow.Using).Place}. Register-FlowSchedule writes it anew.",
            When = isSame ? when : TimesOf(flow.Using, found.Entries),
            NextRun = isSame ? flow.Next(clock.Now) : null,
            Entries = [.. found.Entries],
        };
    }

    private bool IsSame(ScheduledFlow flow, RegisteredEntries found)
    {
        try
        {
            return At(flow.Using).AreSame(found.Entries, flow.Entries);
        }
        catch (System.Xml.XmlException)
        {
            // What cannot be read is not what was written.
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
