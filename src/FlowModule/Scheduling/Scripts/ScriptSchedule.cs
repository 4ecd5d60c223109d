using System.Collections;

namespace FlowModule.Scheduling.Scripts;

/// <summary>The values in a script's own schedule lines. Missing values are null.</summary>
internal sealed record ScriptSchedule
{
    /// <summary>When it runs; empty if the lines only set other values.</summary>
    internal required IReadOnlyList<FlowSchedule> Schedules { get; init; }

    internal string? Name { get; init; }

    internal IDictionary? Parameters { get; init; }

    internal MultipleInstances? MultipleInstances { get; init; }

    internal MissedRuns? Missed { get; init; }
}
