namespace FlowModule.Engine.Runs;

/// <summary>What a run that may be retried was given, as it was then: a later attempt finds it so, whatever the one before has done to it.</summary>
internal static class RunGiven
{
    /// <summary>Notes what a run is given, and gives what puts that back; null when none of it can change, or nothing will ask for it.</summary>
    internal static Action? Note(FlowRun run) => run.Policy.Retry.Count == 0 || (run.Parameters.Count == 0 && run.InputObject is null)
        ? null
        : run.Flow.Snapshot([run.InputObject, .. run.Parameters.Values.Cast<object?>()]);
}
