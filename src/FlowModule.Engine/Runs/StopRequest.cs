namespace FlowModule.Engine.Runs;

internal enum StopKind
{
    /// <summary>Stopped by a person, a parent, a rule of the fan-out, or because nobody reads the results any more.</summary>
    Cancelled,

    /// <summary>The run's own time was up.</summary>
    TimedOut,

    /// <summary>The run is to go on later, in this process or another.</summary>
    Suspended,
}

/// <summary>Why a run was told to stop. The first request wins.</summary>
internal sealed record StopRequest(StopKind Kind, string Message)
{
    /// <summary>The attempt that is meant, from 1; 0 for the run whatever it is at. A timer may fire late, when the next attempt has begun.</summary>
    internal int Attempt { get; init; }

    /// <summary>What has stopped the command around all of it, if that is why.</summary>
    internal Interruption? Interruption { get; init; }
}
