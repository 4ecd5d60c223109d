using FlowModule.Engine.Schedules;

namespace FlowModule.Scheduling.Serving;

/// <summary>Where a scheduler finds what it serves.</summary>
internal interface IFlowSource
{
    /// <summary>The folder that it is in.</summary>
    string Folder { get; }

    /// <summary>Whether the folders in it count as well.</summary>
    bool IsRecursive { get; }

    /// <summary>The files that it reads, as a pattern.</summary>
    string Pattern { get; }

    /// <summary>Whether the last time all could be read that is there.</summary>
    bool IsWhole { get; }

    /// <summary>All that is to be served now. A file that cannot be understood leaves what it said before, and is told of once.</summary>
    /// <param name="trouble">Gets what is wrong.</param>
    IReadOnlyList<ScheduledFlow> Read(Action<string> trouble);
}
