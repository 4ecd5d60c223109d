using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Scheduling.Registrations;

namespace FlowModule.Commands;

/// <summary>Lists flows that run by themselves, as they are really registered; the next times of a schedule; or what became of the last ones.</summary>
[Cmdlet(VerbsCommon.Get, "FlowSchedule", DefaultParameterSetName = RegisteredSet)]
[OutputType(typeof(FlowRegistration), ParameterSetName = [RegisteredSet])]
[OutputType(typeof(FlowScheduleTime))]
[OutputType(typeof(FlowScheduleRun), ParameterSetName = [RunsSet])]
public sealed class GetFlowScheduleCommand : RegistrationCommand
{
    private const string RegisteredSet = "Registered";
    private const string ScheduleSet = "Schedule";
    private const string RunsSet = "Runs";
    private const int MostTimes = 100_000;

    private readonly List<FlowSchedule> _schedules = [];

    /// <summary>Names; wildcards are allowed. None: all that are registered.</summary>
    [Parameter(Position = 0, ParameterSetName = RegisteredSet)]
    [Parameter(Position = 0, ParameterSetName = RunsSet)]
    [ArgumentCompleter(typeof(FlowRegistrationCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Only those that are started by one of these.</summary>
    [Parameter(ParameterSetName = RegisteredSet)]
    public FlowScheduleHost[]? Using { get; set; }

    /// <summary>Schedules that need not be registered: they are taken for one, which occurs whenever any of them does.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ScheduleSet)]
    [ScheduleText]
    public FlowSchedule[] Schedule { get; set; } = [];

    /// <summary>Give so many of the next times, in place of what is registered.</summary>
    [Parameter(ParameterSetName = RegisteredSet)]
    [Parameter(ParameterSetName = ScheduleSet)]
    [ValidateRange(1, MostTimes)]
    public int Next { get; set; } = 1;

    /// <summary>Give what became of so many of the last times of each, also of those that were skipped or crashed, in place of what is registered.</summary>
    [Parameter(Mandatory = true, ParameterSetName = RunsSet)]
    [ValidateRange(1, MostTimes)]
    public int Last { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (ParameterSetName == ScheduleSet)
        {
            _schedules.AddRange(Schedule);
            return;
        }

        var runs = new ScheduleRuns(HistoryFile);
        if (ParameterSetName == RunsSet)
        {
            WildcardPattern[] patterns = [.. Name.Select(name => WildcardPattern.Get(name, WildcardOptions.IgnoreCase))];
            WriteObject(OrThrow(() => runs.Last(patterns, Last)), enumerateCollection: true);
            return;
        }

        IReadOnlyList<FlowRegistration> all = Registrations.All();
        foreach (FlowRegistration registration in Name.SelectMany(name => Match(all, name)).Distinct())
        {
            if (Using is null || Using.Contains(registration.Using))
            {
                Write(registration, runs);
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => WriteTimes(name: null, _schedules);

    private void Write(FlowRegistration registration, ScheduleRuns runs)
    {
        if (MyInvocation.BoundParameters.ContainsKey(nameof(Next)))
        {
            WriteTimes(registration.Name, registration.Schedules);
        }
        else
        {
            OrThrow(() =>
            {
                runs.Note(registration);
                return registration;
            });
            WriteObject(registration);
        }
    }

    /// <param name="name">The registered flow; null for schedules alone, whose own words tell then which of them it is.</param>
    /// <param name="schedules">Its schedules.</param>
    private void WriteTimes(string? name, IReadOnlyList<FlowSchedule> schedules)
    {
        DateTimeOffset now = DateTimeOffset.Now;
        for (int i = 0; i < Next && schedules.Min(schedule => schedule.Next(now)) is { } time; i++)
        {
            WriteObject(new FlowScheduleTime(name ?? schedules.First(schedule => schedule.Next(now) == time).Description, time));
            now = time;
        }
    }
}
