using System.Collections;

namespace FlowModule.Scheduling.Scripts;

/// <summary>What a script says about its own schedule. What it does not say is null.</summary>
internal sealed record ScriptSchedule
{
    /// <summary>When it runs; none when the lines say only how.</summary>
    internal required IReadOnlyList<FlowSchedule> Schedules { get; init; }

    internal string? Name { get; init; }

    internal IDictionary? Parameters { get; init; }

    internal MultipleInstances? MultipleInstances { get; init; }

    internal MissedRuns? Missed { get; init; }
}
