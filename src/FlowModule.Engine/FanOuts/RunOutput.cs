namespace FlowModule.Engine;

/// <summary>
/// One thing that a run gives to its caller: a record of one of its streams, or its final state.
/// </summary>
/// <param name="Run">The run that it comes from.</param>
/// <param name="Record">A record as the host represents it, a <see cref="LogLine"/>, or the run's final <see cref="FlowState"/>.</param>
internal readonly record struct RunOutput(FlowRun Run, object Record);

/// <summary>A line of the engine's own: when it was said, and the text.</summary>
internal sealed record LogLine(DateTimeOffset Time, string Text)
{
    internal static LogLine Beginning(FlowRun run) => new(
        run.Time.GetLocalNow(),
        run.Parent is null
            ? $"Beginning flow run '{run.Name}' for flow '{run.FlowName}'..."
            : $"Beginning subflow run '{run.Name}' for flow '{run.FlowName}'...");

    internal static LogLine Finished(FlowRun run, FlowState state) =>
        new(state.Timestamp, $"{run.Kind} '{run.Name}' finished in state {state}");

    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{Time:HH:mm:ss.fff} | {Text}");
}
