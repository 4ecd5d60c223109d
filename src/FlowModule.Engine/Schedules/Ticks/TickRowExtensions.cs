using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>The display text of a tick.</summary>
internal static class TickRowExtensions
{
    internal static FlowScheduleRun ToRun(this TickRow tick) => new()
    {
        Name = tick.Name,
        ScheduledTime = tick.Time,
        State = tick.State,
        StateName = tick.StateName ?? FlowState.NameOf(tick.State),
        Message = tick.Message,
        StartTime = tick.StartTime,
        EndTime = tick.EndTime,
        ExitCode = tick.ExitCode,
        IsLate = tick.IsLate,
        LogPath = tick.LogPath,
    };
}
