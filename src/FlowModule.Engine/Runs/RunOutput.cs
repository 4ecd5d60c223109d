namespace FlowModule.Engine.Runs;

/// <summary>An output of a run to its caller: a stream record, or its final state.</summary>
/// <param name="Run">The run.</param>
/// <param name="Record">A record as the host represents it, a <see cref="LogLine"/>, or the run's final <see cref="FlowState"/>.</param>
internal readonly record struct RunOutput(FlowRun Run, object Record);

/// <summary>A log line of the engine.</summary>
internal sealed record LogLine(DateTimeOffset Time, string Text)
{
    /// <summary>The most restrictive preference that still shows the line.</summary>
    internal FlowLogPreference Weight { get; init; }

    /// <summary>The run that the line is about; null for a line about several.</summary>
    internal FlowRun? Run { get; init; }

    /// <summary>The state that it tells of, or null.</summary>
    internal FlowState? State { get; init; }

    /// <summary>Whether a preference shows the line.</summary>
    internal bool IsShown(FlowLogPreference preference) => Weight >= preference;

    internal static LogLine Beginning(FlowRun run) => new(
        run.Time.GetLocalNow(),
        run.Attempt > run.FirstAttempt
            ? $"Retrying {Lower(run)} '{run.Name}' (attempt {run.Tries} of {run.Policy.Retry.Count + 1})..."
            : run.FirstAttempt > 1
            ? $"Resuming {Lower(run)} '{run.Name}'..."
            : run.Kind == RunKind.Task
                ? $"Beginning task run '{run.Name}' for task '{run.FlowName}'..."
                : $"Beginning {Lower(run)} '{run.Name}' for flow '{run.FlowName}'...") { Weight = WeightOf(run), Run = run, State = run.State };

    internal static LogLine Finished(FlowRun run, FlowState state) =>
        new(state.Timestamp, $"{run.KindName} '{run.Name}' finished in state {state}")
        {
            Weight = state.IsCompleted ? WeightOf(run) : FlowLogPreference.Failures,
            Run = run,
            State = state,
        };

    /// <summary>The line for a failed attempt that is followed by another one.</summary>
    internal static LogLine Waiting(FlowRun run, FlowState state) => new(state.Timestamp, $"{run.KindName} '{run.Name}': {state.Message}")
    {
        Weight = FlowLogPreference.Failures,
        Run = run,
        State = state,
    };

    /// <summary>The line for a resumed run that starts its earlier child runs again.</summary>
    internal static LogLine TakesOverNothing(FlowRun run, string why) =>
        new(run.Time.GetLocalNow(), $"{run.KindName} '{run.Name}' reuses no earlier result: {why}") { Run = run };

    internal static LogLine GoesOnAtWorker(FlowRun run) =>
        new(run.Time.GetLocalNow(), $"{run.KindName} '{run.Name}' does not begin again: a worker has it, and executes it still or has its outcome.") { Run = run };

    private static FlowLogPreference WeightOf(FlowRun run) => run.Kind == RunKind.Flow ? FlowLogPreference.Flows : FlowLogPreference.All;

    private static string Lower(FlowRun run) => run.Kind switch { RunKind.Task => "task run", RunKind.Subflow => "subflow run", _ => "flow run" };

    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{Time:HH:mm:ss.fff} | {Text}");
}
