namespace FlowModule.Engine.States;

/// <summary>The outcome of executing a run's body, before the rules decide the state.</summary>
internal sealed class RunOutcome
{
    internal static readonly RunOutcome Nothing = new([]);

    /// <summary>The body was told to stop and did not end: it was abandoned with its worker.</summary>
    internal static readonly RunOutcome Abandoned = new([]);

    /// <summary>The body was told to stop and did not end: its process was killed.</summary>
    internal static readonly RunOutcome Killed = new([]);

    internal RunOutcome(IReadOnlyList<object?> output, RunFailure? failure = null)
    {
        Output = output;
        Failure = failure;
    }

    /// <summary>An outcome that the engine of another process has already judged by the same rules.</summary>
    /// <param name="decided">Its verdict.</param>
    /// <param name="failure">The error that the body threw, if any.</param>
    internal RunOutcome(FinalStateRule.Verdict decided, RunFailure? failure)
    {
        Output = [];
        Decided = decided;
        Failure = failure;
    }

    /// <summary>The verdict of the engine that executed the run in another process; null if this process executed it.</summary>
    internal FinalStateRule.Verdict? Decided { get; }

    /// <summary>What the body wrote to the output stream.</summary>
    internal IReadOnlyList<object?> Output { get; }

    /// <summary>The error that the body threw, if any.</summary>
    internal RunFailure? Failure { get; }
}

/// <summary>A failure as a value: the type and message of the exception for the state, and the host's own error object.</summary>
/// <param name="Message">The message of the state.</param>
/// <param name="Error">The error in the host's form.</param>
internal sealed record RunFailure(string Message, object Error)
{
    /// <summary>Whether the process or worker died, not the body: the run has Crashed.</summary>
    internal bool IsCrash { get; init; }

    /// <summary>Whether the failure itself says that a retry is useless.</summary>
    internal bool IsPermanent { get; init; }

    /// <summary>The minimum delay before a retry that the failure itself asks for.</summary>
    internal TimeSpan? RetryAfter { get; init; }

    /// <summary>The message of a run whose body threw, in Prefect's words.</summary>
    internal static string Describe(RunKind kind, string typeName, string message) =>
        $"{(kind == RunKind.Task ? "Task" : "Flow")} run encountered an exception. {typeName}: {message}";
}
