namespace FlowModule.Engine.Schedules;

/// <summary>A registration: a script that runs by itself, with its schedules, its parameters, and its rules for overlaps and missed ticks.</summary>
internal sealed record ScheduledFlow
{
    /// <summary>A tick that is at most this late is on time: the scheduler was busy. A later one was missed: the machine slept, or the scheduler was off.</summary>
    internal static readonly TimeSpan BusyFor = TimeSpan.FromMinutes(1);

    /// <summary>A scheduler's timer may fire this much too early.</summary>
    internal static readonly TimeSpan EarlyBy = TimeSpan.FromSeconds(1);

    /// <summary>The name of the registration; names are not case-sensitive.</summary>
    internal required string Name { get; init; }

    /// <summary>The script's full path.</summary>
    internal required string Path { get; init; }

    /// <summary>When it runs: at the ticks of any of these.</summary>
    internal required IReadOnlyList<FlowSchedule> Schedules { get; init; }

    /// <summary>The working folder of the script.</summary>
    internal required string WorkingDirectory { get; init; }

    /// <summary>The script's parameters, a hashtable as CLIXML; null for none.</summary>
    internal string? Parameters { get; init; }

    internal MultipleInstances MultipleInstances { get; init; }

    internal MissedRuns Missed { get; init; }

    /// <summary>Who is notified when it fails.</summary>
    internal IReadOnlyList<FlowNotification> OnFailure { get; init; } = [];

    /// <summary>Environment variables of the script, in addition to those of the process that starts it.</summary>
    internal IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The file for its output.</summary>
    internal required string LogPath { get; init; }

    /// <summary>The scheduler that starts it.</summary>
    internal FlowScheduleHost Using { get; init; }

    /// <summary>The entries in the scheduler, word for word: crontab lines, unit files, a task; empty if the scheduler needs only the registration.</summary>
    internal IReadOnlyList<string> Entries { get; init; } = [];

    /// <summary>Since when it is registered: what was to run before has not been missed.</summary>
    internal required DateTimeOffset Since { get; init; }

    /// <summary>Since when it is paused: it has no occurrences then. Null when it is not.</summary>
    internal DateTimeOffset? Paused { get; init; }

    /// <summary>The first time after another at which it runs, or null.</summary>
    internal DateTimeOffset? Next(DateTimeOffset after) => Paused is not null ? null : Schedules.Min(schedule => schedule.Next(after));

    /// <summary>The last tick at or before a moment, or null.</summary>
    internal DateTimeOffset? Previous(DateTimeOffset atOrBefore) => Paused is not null ? null : Schedules.Max(schedule => schedule.Previous(atOrBefore));

    /// <summary>The moment up to which all of its ticks have been handled.</summary>
    /// <param name="last">The last tick with a known outcome, or null.</param>
    /// <param name="now">The current time.</param>
    internal DateTimeOffset SeenUpTo(DateTimeOffset? last, DateTimeOffset now)
    {
        // A tick before the registration is not a missed tick; a tick at that very moment runs.
        DateTimeOffset begin = Since == default ? now : Since.AddTicks(-1);
        DateTimeOffset seen = last is { } known && known >= Since ? known : begin;

        // If the clock was ahead before, the flow must not wait until that time comes again: a tick that is due now runs, unless it has run.
        return seen <= now + EarlyBy ? seen : now - BusyFor;
    }

    /// <summary>When the run of a tick starts: the tick plus the jitter.</summary>
    internal DateTimeOffset StartOf(DateTimeOffset tick) =>
        tick + (Schedules.FirstOrDefault(schedule => schedule.Previous(tick) == tick)?.DelayOf(Name, tick) ?? TimeSpan.Zero);
}
