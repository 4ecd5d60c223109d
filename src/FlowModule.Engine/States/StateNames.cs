namespace FlowModule.Engine;

/// <summary>The state names that differ from their state's type.</summary>
internal static class StateNames
{
    /// <summary>Failed: the run's own time was up.</summary>
    internal const string TimedOut = "TimedOut";

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

    /// <summary>The types of states, and these names.</summary>
    internal static IReadOnlyList<string> All { get; } =
    [
        .. Enum.GetNames<StateType>(),
        .. typeof(StateNames).GetFields(System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)
            .Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal),
    ];
}
