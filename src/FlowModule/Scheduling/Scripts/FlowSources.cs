using System.Management.Automation;
using FlowModule.Engine.Files;
using FlowModule.Engine.Schedules;
using FlowModule.Scheduling.Registrations;
using FlowModule.Scheduling.Serving;

namespace FlowModule.Scheduling.Scripts;

/// <summary>The places that a scheduler's flows can be in.</summary>
internal static class FlowSources
{
    /// <summary>A folder of scripts that say themselves when they run.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="isRecursive">Whether those in the folders inside count.</param>
    /// <param name="historyPath">The file of the history that their runs are recorded in.</param>
    /// <param name="onFailure">Who is told when one fails.</param>
    /// <exception cref="FlowException">There is no such folder, or it is another user's, or others can write to it.</exception>
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

    /// <summary>What was registered for a scheduler of our own.</summary>
    /// <param name="historyPath">The file of the history that it was registered with.</param>
    /// <param name="onFailure">Who is told when one fails of which nobody says so.</param>
    internal static IFlowSource Registered(string historyPath, IReadOnlyList<FlowNotification> onFailure)
    {
        var registered = new ScheduledFlowFolder(FlowRegistrations.FolderOf(historyPath), CronExpressions.Parser);
        return new FileSource(registered.Path, "*" + ScheduledFlowFolder.Extension, isRecursive: false, path => registered.Read(path) is { Using: FlowScheduleHost.Scheduler } flow
            ? flow.OnFailure.Count == 0 ? flow with { OnFailure = onFailure } : flow
            : null);
    }

    /// <summary>That a script lies in the folder since a time does not mean that a scheduler was to serve it: nothing was missed before one did.</summary>
    private static ScheduledFlow? Served(ScheduledFlow? flow, IReadOnlyList<FlowNotification> onFailure) => flow is null ? null : flow with { Since = default, OnFailure = onFailure };
}
