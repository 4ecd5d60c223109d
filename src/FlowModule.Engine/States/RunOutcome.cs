namespace FlowModule.Engine.States;

/// <summary>What executing a run's body came to, before the rules say which state that is.</summary>
internal sealed class RunOutcome
{
    internal static readonly RunOutcome Nothing = new([]);

    /// <summary>The body was told to stop and did not: it was given up with its worker.</summary>
    internal static readonly RunOutcome Abandoned = new([]);

    /// <summary>The body was told to stop and did not: the process that it ran in was ended.</summary>
    internal static readonly RunOutcome Killed = new([]);

    internal RunOutcome(IReadOnlyList<object?> output, RunFailure? failure = null)
    {
        Output = output;
        Failure = failure;
    }

    /// <summary>An outcome that another engine, which saw all of the run, has judged by the same rules.</summary>
    /// <param name="decided">Its verdict.</param>
    /// <param name="failure">What the body threw, if it did.</param>
    internal RunOutcome(FinalStateRule.Verdict decided, RunFailure? failure)
    {
        Output = [];
        Decided = decided;
        Failure = failure;
    }

    /// <summary>What the engine that executed the run in another process says the run came to; null when it was executed in this one.</summary>
    internal FinalStateRule.Verdict? Decided { get; }

    /// <summary>What the body wrote to the output stream.</summary>
    internal IReadOnlyList<object?> Output { get; }

    /// <summary>What the body threw, if it did.</summary>
    internal RunFailure? Failure { get; }
}

/// <summary>A failure as a value: the exception's type and message for the state, and the host's own error object.</summary>
/// <param name="Message">The state's message.</param>
/// <param name="Error">The error as the host represents it.</param>
internal sealed record RunFailure(string Message, object Error)
{
    /// <summary>Whether what ran the body died, and not the body: the run has Crashed.</summary>
    internal bool IsCrash { get; init; }

    /// <summary>Whether trying again would be of no use, as the failure itself says.</summary>
    internal bool IsPermanent { get; init; }

    /// <summary>How long to wait at least before trying again, as the failure itself says.</summary>
    internal TimeSpan? RetryAfter { get; init; }

    /// <summary>The message of a run whose body threw (Prefect's words).</summary>
    internal static string Describe(RunKind kind, string typeName, string message) =>
        $"{(kind == RunKind.Task ? "Task" : "Flow")} run encountered an exception. {typeName}: {message}";
}
