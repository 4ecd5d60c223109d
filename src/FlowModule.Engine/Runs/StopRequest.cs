namespace FlowModule.Engine.Runs;

internal enum StopKind
{
    /// <summary>Stopped by a person, a parent, a rule of the fan-out, or because nobody reads the results any more.</summary>
    Cancelled,

    /// <summary>The run exceeded its timeout.</summary>
    TimedOut,

    /// <summary>The run will be resumed later, in this process or another.</summary>
    Suspended,
}

/// <summary>Why a run was told to stop. The first request wins.</summary>
internal sealed record StopRequest(StopKind Kind, string Message)
{
    /// <summary>The attempt to stop, from 1; 0 for any attempt. A timer may fire late, when the next attempt has begun.</summary>
    internal int Attempt { get; init; }

    /// <summary>The cause that stopped the whole command, if there is one.</summary>
    internal Interruption? Interruption { get; init; }

    /// <summary>
    /// Whether the pipeline in which the run executes is being stopped. Then each run in line inside of it is told by its own command: one that is not is a
    /// part of the clean-up, which may have begun before this request came.
    /// </summary>
    internal bool IsOfPipeline { get; init; }
}

/// <summary>The stop of an attempt, and how far it has come. Under the run's gate.</summary>
/// <param name="request">The reason.</param>
internal sealed class AttemptStop(StopRequest request)
{
    internal StopRequest Request => request;

    /// <summary>Whether the body was interrupted and may clean up: what its finally blocks start is executed.</summary>
    internal bool MayCleanUp { get; set; }

    /// <summary>Whether the body has had its time to clean up.</summary>
    internal bool IsGraceOver { get; set; }

    /// <summary>The clock of that time; null if nothing executed the attempt.</summary>
    internal ITimer? Grace { get; init; }
}
