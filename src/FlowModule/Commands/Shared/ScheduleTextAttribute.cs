using System.Collections;
using System.Management.Automation;
using FlowModule.Engine.Schedules;
using FlowModule.Scheduling.Registrations;

namespace FlowModule.Commands;

/// <summary>Converts a text to a schedule: a cron expression in the machine's time zone, as New-FlowSchedule does.</summary>
internal sealed class ScheduleTextAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
    {
        string text => Read(text),
        IList several => several.Cast<object>().Select(item => (item is PSObject inner ? inner.BaseObject : item) is string text ? Read(text) : item).ToArray(),
        _ => inputData,
    };

    private static FlowSchedule Read(string text)
    {
        try
        {
            FlowSchedule schedule = new ScheduleFactory(CronExpressions.Parser).Cron(text, TimeZoneInfo.Local, TimeSpan.Zero);
            return ScheduleFactory.ThatFires(schedule, DateTimeOffset.UtcNow);
        }
        catch (ScheduleException exception)
        {
            throw new ArgumentTransformationMetadataException($"{exception.Message} New-FlowSchedule creates schedules of other kinds: -Every, -Daily, -Weekly and -At.", exception);
        }
    }
}
