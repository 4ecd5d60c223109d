using FlowModule.Engine.Schedules;

namespace FlowModule.Scheduling.Registrars;

/// <summary>FlowModule's own scheduler: it reads the registration itself, so it needs no entries.</summary>
internal sealed class SchedulerRegistrar : IScheduleRegistrar
{
    public FlowScheduleHost Host => FlowScheduleHost.Scheduler;

    public string Place => "the registrations that Start-FlowScheduler serves";

    public IReadOnlyList<string> Translate(ScheduledFlow flow, ScheduleKey key, ScheduleCommand command) => [];

    public void Register(ScheduleKey key, IReadOnlyList<string> entries)
    {
    }

    public void Unregister(ScheduleKey key)
    {
    }

    public IReadOnlyList<RegisteredEntries> List(string folder) => [];

    public bool AreSame(IReadOnlyList<string> entries, IReadOnlyList<string> others) => true;

    public string TimesOf(IReadOnlyList<string> entries) => string.Empty;
}
