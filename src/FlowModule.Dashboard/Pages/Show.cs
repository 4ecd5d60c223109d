using System.Globalization;
using FlowModule.Dashboard.Reading;
using FlowModule.Engine.Texts;

namespace FlowModule.Dashboard.Pages;

/// <summary>Formats times, durations and states for the pages.</summary>
internal static class Show
{
    /// <summary>A time for people; the date is left out for today.</summary>
    internal static string Time(DateTimeOffset time)
    {
        DateTimeOffset local = time.ToLocalTime();
        DateTime today = DateTime.Now.Date;
        string format = local.Date == today ? "HH:mm:ss" : local.Year == today.Year ? "d MMM HH:mm:ss" : "yyyy-MM-dd HH:mm";
        return local.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>The whole time, with its offset.</summary>
    internal static string WholeTime(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss.fff zzz", CultureInfo.InvariantCulture);

    internal static string Iso(DateTimeOffset time) => time.ToString("O", CultureInfo.InvariantCulture);

    internal static string Duration(TimeSpan duration) => DurationText.Of(duration, CultureInfo.InvariantCulture);

    /// <summary>The CSS class of a state, which sets its color.</summary>
    internal static string Class(StateType state) => state switch
    {
        StateType.Completed => "completed",
        StateType.Failed or StateType.Crashed => "failed",
        StateType.Cancelled or StateType.Cancelling => "cancelled",
        StateType.Running => "running",
        StateType.Paused => "paused",
        _ => "pending",
    };

    /// <summary>A sign for each state, in addition to its color.</summary>
    internal static string Sign(StateType state) => state switch
    {
        StateType.Completed => "✓",
        StateType.Failed => "✕",
        StateType.Crashed => "⚡",
        StateType.Cancelled or StateType.Cancelling => "⊘",
        StateType.Running => "▶",
        StateType.Paused => "‖",
        _ => "○",
    };

    internal static string Kind(RunKind kind) => kind switch
    {
        RunKind.Flow => "Flow",
        RunKind.Subflow => "Subflow",
        RunKind.AdHoc => "Ad hoc",
        _ => "Task",
    };

    /// <summary>A number, with a plus if counting stopped there.</summary>
    internal static string Count(int count) => count >= HistoryReader.MostCounted ? $"{HistoryReader.MostCounted:N0}+" : count.ToString("N0", CultureInfo.InvariantCulture);
}
