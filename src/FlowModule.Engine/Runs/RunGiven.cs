namespace FlowModule.Engine.Runs;

/// <summary>The original input of a run that may be retried: a later attempt gets it back, whatever an earlier attempt has done to it.</summary>
internal static class RunGiven
{
    /// <summary>Records a run's input, and returns an action that restores it; null if it cannot change, or will not be needed.</summary>
    internal static Action? Note(FlowRun run) => run.Policy.Retry.Count == 0 || (run.Parameters.Count == 0 && run.InputObject is null)
        ? null
        : run.Flow.Snapshot([run.InputObject, .. run.Parameters.Values.Cast<object?>()]);
}
