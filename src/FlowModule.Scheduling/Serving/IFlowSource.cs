using FlowModule.Engine.Schedules;

namespace FlowModule.Scheduling.Serving;

/// <summary>The source of a scheduler's flows.</summary>
internal interface IFlowSource
{
    /// <summary>The folder of its files.</summary>
    string Folder { get; }

    /// <summary>Whether subfolders are included.</summary>
    bool IsRecursive { get; }

    /// <summary>The pattern of its files.</summary>
    string Pattern { get; }

    /// <summary>Whether everything could be read the last time.</summary>
    bool IsWhole { get; }

    /// <summary>All flows to serve now. An invalid file keeps its previous flow, and is reported once.</summary>
    /// <param name="trouble">Receives problems.</param>
    IReadOnlyList<ScheduledFlow> Read(Action<string> trouble);
}
