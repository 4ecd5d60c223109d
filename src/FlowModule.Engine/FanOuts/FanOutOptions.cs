namespace FlowModule.Engine;

/// <summary>How a fan-out runs its subflows.</summary>
internal sealed record FanOutOptions
{
    /// <summary>How many subflows run at once.</summary>
    internal int ThrottleLimit { get; init; } = Environment.ProcessorCount;

    /// <summary>Whether final states come out in the order of the input.</summary>
    internal bool KeepOrder { get; init; }

    /// <summary>Stop when this many have completed, and give only those. Null: run them all.</summary>
    internal int? First { get; init; }

    /// <summary>Whether the first failure cancels the rest.</summary>
    internal bool StopOnFailure { get; init; }

    /// <summary>Whether the beginning and end of each run are told.</summary>
    internal bool LogLines { get; init; } = true;
}
