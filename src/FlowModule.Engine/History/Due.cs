namespace FlowModule.Engine.History;

/// <summary>What is done from time to time.</summary>
internal static class Due
{
    /// <summary>Whether an interval has passed since a timestamp; true when there is none.</summary>
    internal static bool IsDue(this TimeProvider time, long? last, TimeSpan interval) => last is not { } then || time.GetElapsedTime(then) >= interval;
}
