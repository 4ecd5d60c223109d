using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Engine.Schedules;
using FlowModule.Scheduling.Registrations;

namespace FlowModule.Commands;

/// <summary>Creates a schedule: when a flow runs.</summary>
[Cmdlet(VerbsCommon.New, "FlowSchedule", DefaultParameterSetName = ScheduleParameters.Cron)]
[OutputType(typeof(FlowSchedule))]
public sealed class NewFlowScheduleCommand : FlowCommand
{
    private const string OnceSet = "Once";

    /// <summary>A cron expression of five fields, or of six with seconds first, or a name such as @daily.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ScheduleParameters.Cron)]
    [ValidateNotNullOrEmpty]
    public string Cron { get; set; } = string.Empty;

    /// <summary>The time between occurrences: a time span, a number of seconds, or a text such as 5m or 1h30m.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ScheduleParameters.Every)]
    [Duration]
    public TimeSpan Every { get; set; }

    /// <summary>Every day, or every -DaysInterval days.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ScheduleParameters.Daily)]
    public SwitchParameter Daily { get; set; }

    /// <summary>Every week, or every -WeeksInterval weeks.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ScheduleParameters.Weekly)]
    public SwitchParameter Weekly { get; set; }

    /// <summary>The time of the occurrence; with -Daily and -Weekly, times of day.</summary>
    [Parameter(Mandatory = true, ParameterSetName = OnceSet)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ScheduleParameters.Daily)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ScheduleParameters.Weekly)]
    [ValidateNotNullOrEmpty]
    public object[] At { get; set; } = [];

    /// <summary>The number of days between occurrences.</summary>
    [Parameter(ParameterSetName = ScheduleParameters.Daily)]
    [ValidateRange(1, int.MaxValue)]
    public int DaysInterval { get; set; } = 1;

    /// <summary>The days of the week.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ScheduleParameters.Weekly)]
    [ValidateNotNullOrEmpty]
    public DayOfWeek[] DaysOfWeek { get; set; } = [];

    /// <summary>The number of weeks between occurrences.</summary>
    [Parameter(ParameterSetName = ScheduleParameters.Weekly)]
    [ValidateRange(1, int.MaxValue)]
    public int WeeksInterval { get; set; } = 1;

    /// <summary>The start of the count, before which nothing occurs.</summary>
    [Parameter(ParameterSetName = ScheduleParameters.Every)]
    [Parameter(ParameterSetName = ScheduleParameters.Daily)]
    [Parameter(ParameterSetName = ScheduleParameters.Weekly)]
    [ValidateNotNull]
    public object? Anchor { get; set; }

    /// <summary>The time zone of its times. The default is the machine's own.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(TimeZoneCompleter))]
    [ValidateNotNullOrEmpty]
    public string? TimeZone { get; set; }

    /// <summary>The longest delay of a run.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Jitter { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing() => WriteObject(OrThrow(Make));

    private FlowSchedule Make()
    {
        try
        {
            DateTimeOffset now = DateTimeOffset.UtcNow;
            return ScheduleFactory.ThatFires(new ScheduleParameters(MyInvocation.BoundParameters).Make(now), now);
        }
        catch (ScheduleException exception)
        {
            throw ScheduleFaults.ToError(exception, exception.Fault == ScheduleFault.UnknownTimeZone ? TimeZone : MyInvocation.BoundParameters[Told]);
        }
    }

    /// <summary>The parameter that the error is most likely about.</summary>
    private string Told => ParameterSetName switch
    {
        ScheduleParameters.Cron or ScheduleParameters.Every => ParameterSetName,
        _ => nameof(At),
    };
}
