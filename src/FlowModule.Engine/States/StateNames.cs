namespace FlowModule.Engine.States;

/// <summary>The state names that differ from their state's type.</summary>
internal static class StateNames
{
    /// <summary>Failed: the run's own time was up.</summary>
    internal const string TimedOut = "TimedOut";

    /// <summary>Scheduled: its schedule had it run before now.</summary>
    internal const string Late = "Late";

    /// <summary>Scheduled: the next attempt comes later.</summary>
    internal const string AwaitingRetry = "AwaitingRetry";

    /// <summary>Running: an attempt after the first.</summary>
    internal const string Retrying = "Retrying";

    /// <summary>Scheduled: a limit has no slot free.</summary>
    internal const string AwaitingConcurrencySlot = "AwaitingConcurrencySlot";

    /// <summary>Completed: with the result of an earlier run.</summary>
    internal const string Cached = "Cached";

    /// <summary>Pending, for good: something that the run depends on did not complete.</summary>
    internal const string NotReady = "NotReady";

    /// <summary>Scheduled, then Running: a run of an earlier process goes on.</summary>
    internal const string Resuming = "Resuming";

    /// <summary>Paused: nothing executes the run until somebody resumes it.</summary>
    internal const string Suspended = "Suspended";

    /// <summary>Paused: the body waits for a person's answer.</summary>
    internal const string AwaitingInput = "AwaitingInput";

    /// <summary>Completed, and then undone: whoever takes up the run around it runs it again.</summary>
    internal const string RolledBack = "RolledBack";

    /// <summary>The types of states, and these names.</summary>
    internal static IReadOnlyList<string> All { get; } =
    [
        .. Enum.GetNames<StateType>(),
        .. typeof(StateNames).GetFields(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)
            .Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal),
    ];
}
