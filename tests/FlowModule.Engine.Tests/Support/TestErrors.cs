using FlowModule.Engine;

namespace FlowModule.Tests.Support;

/// <summary>Stands in for the host: its error objects are exceptions and texts.</summary>
internal sealed class TestErrors : RunCompletion.IHostErrors
{
    internal static readonly TestErrors Instance = new();

    internal static readonly StopRequest Cancel = new(StopKind.Cancelled, "Stopped by the test.");

    public RunFailure Describe(Exception exception) =>
        new(RunFailure.Describe(exception.GetType().Name, exception.Message), exception);

    public object? Describe(FlowRun run, FinalStateRule.Verdict verdict) => verdict.Error ?? $"{run.Kind} '{run.Name}': {verdict.Message}";

    internal static RunFailure Failure(string message) => Instance.Describe(new InvalidOperationException(message));
}
