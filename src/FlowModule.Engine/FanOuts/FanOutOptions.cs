using FlowModule.Engine.Waves;

namespace FlowModule.Engine.FanOuts;

/// <summary>How a fan-out runs its subflows.</summary>
internal sealed record FanOutOptions
{
    /// <summary>How many subflows run at once.</summary>
    internal int ThrottleLimit { get; init; } = Environment.ProcessorCount;

    /// <summary>The total number of runs, if known in advance.</summary>
    internal int? Total { get; init; }

    /// <summary>How many workers to use for runs that are shorter than starting another worker.</summary>
    internal int Processors { get; init; } = Environment.ProcessorCount;

    /// <summary>Whether final states are returned in the order of the input.</summary>
    internal bool KeepOrder { get; init; }

    /// <summary>Stops when this many runs have completed, and returns only these. Null: run all.</summary>
    internal int? First { get; init; }

    /// <summary>Whether the first failure cancels the rest.</summary>
    internal bool StopOnFailure { get; init; }

    /// <summary>When runs may start, and how many may fail; null for no restriction.</summary>
    internal WavePlan? Waves { get; init; }

    /// <summary>Which log lines are returned.</summary>
    internal FlowLogPreference Log { get; init; }

    /// <summary>Whether the fan-out returns the final states and counts them for the parent; otherwise its caller does both.</summary>
    internal bool GivesStates { get; init; } = true;

    /// <summary>Whether final states count for the parent at once; otherwise the caller counts them when it has judged the whole.</summary>
    internal bool CountsStates { get; init; } = true;

    /// <summary>
    /// Whether runs are added one by one while their parent runs, and nobody reads their states (started tasks): then the parent holds
    /// each run.
    /// </summary>
    internal bool IsOpenEnded { get; init; }
}
