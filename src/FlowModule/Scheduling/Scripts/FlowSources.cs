using System.Management.Automation;
using FlowModule.Engine.Files;
using FlowModule.Engine.Schedules;
using FlowModule.Scheduling.Registrations;
using FlowModule.Scheduling.Serving;

namespace FlowModule.Scheduling.Scripts;

/// <summary>The sources of a scheduler's flows.</summary>
internal static class FlowSources
{
    /// <summary>A folder of scripts with schedule lines.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="isRecursive">Whether to include subfolders.</param>
    /// <param name="historyPath">The file of the history that records their runs.</param>
    /// <param name="onFailure">Who is notified when one fails.</param>
    /// <exception cref="FlowException">The folder does not exist, belongs to another user, or others can write to it.</exception>
    internal static IFlowSource Scripts(string folder, bool isRecursive, string historyPath, IReadOnlyList<FlowNotification> onFailure)
    {
        if (!Directory.Exists(folder))
        {
            throw new FlowException($"There is no folder '{folder}' of flow scripts.", "FlowFolderNotFound", ErrorCategory.ObjectNotFound, folder);
        }

        try
        {
            PrivateFiles.RequireFolder(folder);
        }
        catch (OthersFileException exception)
        {
            throw new FlowException(exception.Message, "FlowFolderOfOthers", ErrorCategory.SecurityError, folder, exception);
        }

        return new FileSource(folder, "*.ps1", isRecursive, path => Served(ScriptSchedules.Read(path, historyPath), onFailure));
    }

    /// <summary>The registrations for FlowModule's own scheduler.</summary>
    /// <param name="historyPath">The file of their history.</param>
    /// <param name="onFailure">Who is notified when a flow fails whose registration does not say.</param>
    internal static IFlowSource Registered(string historyPath, IReadOnlyList<FlowNotification> onFailure)
    {
        var registered = new ScheduledFlowFolder(FlowRegistrations.FolderOf(historyPath), CronExpressions.Parser);
        return new FileSource(registered.Path, "*" + ScheduledFlowFolder.Extension, isRecursive: false, path => registered.Read(path) is { Using: FlowScheduleHost.Scheduler } flow
            ? flow.OnFailure.Count == 0 ? flow with { OnFailure = onFailure } : flow
            : null);
    }

    /// <summary>Clears the start time: a script in the folder misses no ticks before a scheduler serves it.</summary>
    private static ScheduledFlow? Served(ScheduledFlow? flow, IReadOnlyList<FlowNotification> onFailure) => flow is null ? null : flow with { Since = default, OnFailure = onFailure };
}
