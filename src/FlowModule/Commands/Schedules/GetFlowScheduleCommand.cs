using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Scheduling.Registrations;

namespace FlowModule.Commands;

/// <summary>Lists the registered flows and compares them with the scheduler; shows the next occurrences or what happened at the last ones.</summary>
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

    /// <summary>Names; wildcards are allowed. None: all registrations.</summary>
    [Parameter(Position = 0, ParameterSetName = RegisteredSet)]
    [Parameter(Position = 0, ParameterSetName = RunsSet)]
    [ArgumentCompleter(typeof(FlowRegistrationCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Only flows that are started by one of these schedulers.</summary>
    [Parameter(ParameterSetName = RegisteredSet)]
    public FlowScheduleHost[]? Using { get; set; }

    /// <summary>Schedules that need not be registered. Several count as one, with the occurrences of all of them.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ScheduleSet)]
    [ScheduleText]
    public FlowSchedule[] Schedule { get; set; } = [];

    /// <summary>The number of next occurrences to return, instead of the registrations.</summary>
    [Parameter(ParameterSetName = RegisteredSet)]
    [Parameter(ParameterSetName = ScheduleSet)]
    [ValidateRange(1, MostTimes)]
    public int Next { get; set; } = 1;

    /// <summary>The number of past occurrences to return for each flow, including skipped and crashed ones, instead of the registrations.</summary>
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

    /// <param name="name">The registered flow; null for schedules alone, which are then shown by their descriptions.</param>
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
