using System.Collections;
using FlowModule.Engine.Schedules;
using FlowModule.Serialization;

namespace FlowModule;

/// <summary>A script that is registered to run by itself, and what the machine's scheduler really has of it. What <c>Get-FlowSchedule</c> gives.</summary>
public sealed class FlowRegistration
{
    internal FlowRegistration(string name, FlowScheduleHost host, string historyPath, ScheduledFlow? flow)
    {
        Name = name;
        Using = host;
        HistoryPath = historyPath;
        Flow = flow;
    }

    /// <summary>The name that it is registered under.</summary>
    public string Name { get; }

    /// <summary>What starts it.</summary>
    public FlowScheduleHost Using { get; }

    /// <summary>Whether that has what it was told.</summary>
    public FlowRegistrationStatus Status { get; internal init; }

    /// <summary>What is wrong, or null.</summary>
    public string? Message { get; internal init; }

    /// <summary>When it runs, in words; of an entry that was changed, the entry's own times.</summary>
    public string When { get; internal init; } = string.Empty;

    /// <summary>The next time at which it runs, without jitter; null where nothing will start it, or not at a time that is known.</summary>
    public DateTimeOffset? NextRun { get; internal init; }

    /// <summary>The last time at which it ran, or null.</summary>
    public DateTimeOffset? LastRun { get; internal set; }

    /// <summary>How it ended then, or null.</summary>
    public string? LastState { get; internal set; }

    /// <summary>The script.</summary>
    public string? Path => Flow?.Path;

    /// <summary>Its schedules: it runs whenever any of them says so.</summary>
    public FlowSchedule[] Schedules => [.. Flow?.Schedules ?? []];

    /// <summary>The script's parameters, or null for none.</summary>
    public IDictionary? Parameters => Flow?.Parameters is { } text ? HistoryValues.Instance.Decode(text) as IDictionary : null;

    /// <summary>What happens when the last run still runs.</summary>
    public MultipleInstances MultipleInstances => Flow?.MultipleInstances ?? default;

    /// <summary>What happens with times at which nothing could run.</summary>
    public MissedRuns Missed => Flow?.Missed ?? default;

    /// <summary>Who is told when it fails.</summary>
    public FlowNotification[] OnFailure => [.. Flow?.OnFailure ?? []];

    /// <summary>The folder that the script starts in.</summary>
    public string? WorkingDirectory => Flow?.WorkingDirectory;

    /// <summary>The file that its output goes to.</summary>
    public string? LogPath => Flow?.LogPath;

    /// <summary>The history that it belongs to.</summary>
    public string HistoryPath { get; }

    /// <summary>Since when it is registered.</summary>
    public DateTimeOffset? Since => Flow?.Since;

    /// <summary>What the machine's scheduler has, word for word: lines of a crontab, unit files, a task.</summary>
    public string[] Entries { get; internal init; } = [];

    internal ScheduledFlow? Flow { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
