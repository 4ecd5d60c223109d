using System.Collections;
using FlowModule.Engine.Schedules;
using FlowModule.Serialization;

namespace FlowModule;

/// <summary>A registered script, and the current entry in its scheduler. The output of <c>Get-FlowSchedule</c>.</summary>
public sealed class FlowRegistration
{
    internal FlowRegistration(string name, FlowScheduleHost host, string historyPath, ScheduledFlow? flow)
    {
        Name = name;
        Using = host;
        HistoryPath = historyPath;
        Flow = flow;
    }

    /// <summary>The name of the registration.</summary>
    public string Name { get; }

    /// <summary>The scheduler that starts it.</summary>
    public FlowScheduleHost Using { get; }

    /// <summary>Whether the entry in the scheduler is as registered.</summary>
    public FlowRegistrationStatus Status { get; internal init; }

    /// <summary>What is wrong, or null.</summary>
    public string? Message { get; internal init; }

    /// <summary>When it runs, in words; for a changed entry, the times of the entry itself.</summary>
    public string When { get; internal init; } = string.Empty;

    /// <summary>The next occurrence, without jitter; null if nothing will start it, or if the time is not known.</summary>
    public DateTimeOffset? NextRun { get; internal init; }

    /// <summary>The time of the last run, or null.</summary>
    public DateTimeOffset? LastRun { get; internal set; }

    /// <summary>The end state of the last run, or null.</summary>
    public string? LastState { get; internal set; }

    /// <summary>The script.</summary>
    public string? Path => Flow?.Path;

    /// <summary>Its schedules: it runs at the occurrences of any of them.</summary>
    public FlowSchedule[] Schedules => [.. Flow?.Schedules ?? []];

    /// <summary>The script's parameters, or null for none.</summary>
    public IDictionary? Parameters => Flow?.Parameters is { } text ? HistoryValues.Instance.Decode(text) as IDictionary : null;

    /// <summary>What happens if the previous run is still running.</summary>
    public MultipleInstances MultipleInstances => Flow?.MultipleInstances ?? default;

    /// <summary>What happens with missed occurrences.</summary>
    public MissedRuns Missed => Flow?.Missed ?? default;

    /// <summary>Who is notified when it fails.</summary>
    public FlowNotification[] OnFailure => [.. Flow?.OnFailure ?? []];

    /// <summary>The working folder of the script.</summary>
    public string? WorkingDirectory => Flow?.WorkingDirectory;

    /// <summary>The file for its output.</summary>
    public string? LogPath => Flow?.LogPath;

    /// <summary>The history that it belongs to.</summary>
    public string HistoryPath { get; }

    /// <summary>The time of the registration.</summary>
    public DateTimeOffset? Since => Flow?.Since;

    /// <summary>When it was paused; null when it is not.</summary>
    public DateTimeOffset? PausedSince => Flow?.Paused;

    /// <summary>The entries in the scheduler, word for word: crontab lines, unit files, a task.</summary>
    public string[] Entries { get; internal init; } = [];

    internal ScheduledFlow? Flow { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
