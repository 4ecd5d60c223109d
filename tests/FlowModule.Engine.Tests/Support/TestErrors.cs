using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;

namespace FlowModule.Engine.Tests.Support;

/// <summary>Replaces the host: its error objects are exceptions and texts.</summary>
internal sealed class TestErrors : IHostErrors
{
    internal static readonly TestErrors Instance = new();

    internal static readonly StopRequest Cancel = new(StopKind.Cancelled, "Stopped by the test.");

    public RunFailure Describe(FlowRun run, Exception exception) => Describe(run.Kind, exception);

    internal static RunFailure Describe(RunKind kind, Exception exception) =>
        new(RunFailure.Describe(kind, exception.GetType().Name, exception.Message), exception);

    public object? Describe(FlowRun run, FinalStateRule.Verdict verdict) => verdict.Error ?? $"{run.KindName} '{run.Name}': {verdict.Message}";

    internal static RunFailure Failure(string message) => Describe(RunKind.Flow, new InvalidOperationException(message));
}
