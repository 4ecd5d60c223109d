namespace FlowModule.Engine.States;

/// <summary>The state names that differ from their state's type.</summary>
internal static class StateNames
{
    /// <summary>Failed: the run exceeded its timeout.</summary>
    internal const string TimedOut = "TimedOut";

    /// <summary>Scheduled: the scheduled time of the run has passed.</summary>
    internal const string Late = "Late";

    /// <summary>Scheduled: the run waits for its next attempt.</summary>
    internal const string AwaitingRetry = "AwaitingRetry";

    /// <summary>Running: an attempt after the first.</summary>
    internal const string Retrying = "Retrying";

    /// <summary>Scheduled: no slot of a limit is free.</summary>
    internal const string AwaitingConcurrencySlot = "AwaitingConcurrencySlot";

    /// <summary>Scheduled: no worker of another machine can execute the run so far.</summary>
    internal const string NoWorker = "NoWorker";

    /// <summary>Completed: with the result of an earlier run.</summary>
    internal const string Cached = "Cached";

    /// <summary>Pending forever: a dependency of the run did not complete.</summary>
    internal const string NotReady = "NotReady";

    /// <summary>Scheduled, then Running: the run continues from an earlier process.</summary>
    internal const string Resuming = "Resuming";

    /// <summary>Paused: nothing executes the run until somebody resumes it.</summary>
    internal const string Suspended = "Suspended";

    /// <summary>Paused: the body waits for a person's answer.</summary>
    internal const string AwaitingInput = "AwaitingInput";

    /// <summary>Completed, then undone: if the run around it is resumed, it runs again.</summary>
    internal const string RolledBack = "RolledBack";

    /// <summary>Completed, and what should undo it threw: it may be half undone.</summary>
    internal const string RollbackFailed = "RollbackFailed";

    /// <summary>The types of states, and these names.</summary>
    internal static IReadOnlyList<string> All { get; } =
    [
        .. Enum.GetNames<StateType>(),
        .. typeof(StateNames).GetFields(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)
            .Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal),
    ];
}
