using FlowModule.Engine.Waves;

namespace FlowModule.Engine.FanOuts;

/// <summary>How a fan-out runs its subflows.</summary>
internal sealed record FanOutOptions
{
    /// <summary>How many subflows run at once.</summary>
    internal int ThrottleLimit { get; init; } = Environment.ProcessorCount;

    /// <summary>How many runs there will be, where that is known before they come.</summary>
    internal int? Total { get; init; }

    /// <summary>How many workers are enough for runs that are shorter than the waking of another.</summary>
    internal int Processors { get; init; } = Environment.ProcessorCount;

    /// <summary>Whether final states come out in the order of the input.</summary>
    internal bool KeepOrder { get; init; }

    /// <summary>Stop when this many have completed, and give only those. Null: run them all.</summary>
    internal int? First { get; init; }

    /// <summary>Whether the first failure cancels the rest.</summary>
    internal bool StopOnFailure { get; init; }

    /// <summary>Which may start when, and how many may fail; null: all at any time.</summary>
    internal WavePlan? Waves { get; init; }

    /// <summary>Which of the lines about runs are given.</summary>
    internal FlowLogPreference Log { get; init; }

    /// <summary>Whether the final states are given and counted for the parent; else who runs the fan-out does that.</summary>
    internal bool GivesStates { get; init; } = true;

    /// <summary>Whether the final states count for the parent as they come; else who judges the whole counts them at its end.</summary>
    internal bool CountsStates { get; init; } = true;

    /// <summary>
    /// Whether runs come one by one for as long as their parent runs, and nobody reads their states (tasks that were started): then
    /// each is held by its parent.
    /// </summary>
    internal bool IsOpenEnded { get; init; }
}
