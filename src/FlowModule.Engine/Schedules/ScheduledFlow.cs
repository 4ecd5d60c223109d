using FlowModule.Engine.Schedules.Ticks;

namespace FlowModule.Engine.Schedules;

/// <summary>A script that runs by itself: when, with what, and what is to happen when something is in the way. What a registration consists of.</summary>
internal sealed record ScheduledFlow
{
    /// <summary>The name that it is registered under; unlike others whatever its case.</summary>
    internal required string Name { get; init; }

    /// <summary>The script's full path.</summary>
    internal required string Path { get; init; }

    /// <summary>When it runs: whenever any of these says so.</summary>
    internal required IReadOnlyList<FlowSchedule> Schedules { get; init; }

    /// <summary>The folder that the script starts in.</summary>
    internal required string WorkingDirectory { get; init; }

    /// <summary>The script's parameters, a hashtable as CLIXML; null for none.</summary>
    internal string? Parameters { get; init; }

    internal MultipleInstances MultipleInstances { get; init; }

    internal MissedRuns Missed { get; init; }

    /// <summary>Who is told when it fails.</summary>
    internal IReadOnlyList<FlowNotification> OnFailure { get; init; } = [];

    /// <summary>Environment variables that the script gets besides those of the process that starts it.</summary>
    internal IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The file that its output goes to.</summary>
    internal required string LogPath { get; init; }

    /// <summary>What starts it.</summary>
    internal FlowScheduleHost Using { get; init; }

    /// <summary>What that was told, word for word: lines of a crontab, unit files, a task; empty where the registration itself is enough.</summary>
    internal IReadOnlyList<string> Entries { get; init; } = [];

    /// <summary>Since when it is registered: what was to run before has not been missed.</summary>
    internal required DateTimeOffset Since { get; init; }

    /// <summary>The first time after another at which it runs, or null.</summary>
    internal DateTimeOffset? Next(DateTimeOffset after) => Schedules.Min(schedule => schedule.Next(after));

    /// <summary>The last time at or before another at which it was to run, or null.</summary>
    internal DateTimeOffset? Previous(DateTimeOffset atOrBefore) => Schedules.Max(schedule => schedule.Previous(atOrBefore));

    /// <summary>Up to when all of its times have been seen to.</summary>
    /// <param name="last">The last time of which it is known what became of it, or null.</param>
    /// <param name="now">The time now.</param>
    internal DateTimeOffset SeenUpTo(DateTimeOffset? last, DateTimeOffset now)
    {
        // What was to run before the flow was registered has not been missed; at that very moment it runs.
        DateTimeOffset begin = Since == default ? now : Since.AddTicks(-1);
        DateTimeOffset seen = last is { } known && known >= Since ? known : begin;

        // A clock that was ahead once must not keep the flow from running until it is that late: what is due now is run, unless it was.
        return seen <= now + DueTicks.EarlyBy ? seen : now - DueTicks.BusyFor;
    }

    /// <summary>When the run of a time is to start: the time, and what jitter adds.</summary>
    internal DateTimeOffset StartOf(DateTimeOffset tick) =>
        tick + (Schedules.FirstOrDefault(schedule => schedule.Previous(tick) == tick)?.DelayOf(Name, tick) ?? TimeSpan.Zero);
}
