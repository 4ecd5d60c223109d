namespace FlowModule.Engine.History;

/// <summary>Checks whether periodic work is due.</summary>
internal static class Due
{
    /// <summary>Whether an interval has passed since a timestamp; true if there is none.</summary>
    internal static bool IsDue(this TimeProvider time, long? last, TimeSpan interval) => last is not { } then || time.GetElapsedTime(then) >= interval;
}
