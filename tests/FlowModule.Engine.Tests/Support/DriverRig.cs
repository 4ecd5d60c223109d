using FlowModule.Engine.Caching;
using FlowModule.Engine.Limits;
using FlowModule.Engine.Retries;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Tasks;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Engine.Tests.Support;

/// <summary>Runs with their drivers, on fake time, that the test moves from step to step.</summary>
internal sealed class DriverRig
{
    private readonly TestFlow _flow = new();

    internal DriverRig(TestHost? host = null)
    {
        Host = host ?? new TestHost();
        Limits = new LimitTable(Time);
        Cache = new ResultCache(Time);
        Services = new RunServices(Time, Limits, Cache, static () => 0.5);
        Executor = new TestExecutor(Host);
    }

    internal FakeTimeProvider Time { get; } = new();

    internal TestHost Host { get; }

    internal TestExecutor Executor { get; }

    internal LimitTable Limits { get; }

    internal ResultCache Cache { get; }

    internal RunServices Services { get; }

    internal FlowRun New(RunPolicy? policy = null, FlowRun? parent = null, bool isTask = false, LedgerEntry? entry = null, RunDependencies? dependencies = null, bool isInline = false)
    {
        var run = new FlowRun(_flow, parent, Time, policy: policy, isTask: isTask) { LedgerEntry = entry, Dependencies = dependencies, IsInline = isInline };
        _ = new RunDriver(run, Services, TestErrors.Instance, Executor);
        return run;
    }

    internal RunStep Next(FlowRun run) => run.Driver!.Next(Host);

    /// <summary>Moves the run into its body.</summary>
    internal FlowRun Start(FlowRun run)
    {
        Assert.Equal(RunStep.Execute, Next(run));
        return run;
    }

    internal FlowRun Started(RunPolicy? policy = null, FlowRun? parent = null, bool isTask = false) => Start(New(policy, parent, isTask));

    /// <summary>Ends the body and moves the run on.</summary>
    internal RunStep End(FlowRun run, params object?[] output)
    {
        run.Driver!.BodyEnded(new RunOutcome(output));
        return Next(run);
    }

    internal RunStep Fail(FlowRun run, RunFailure? failure = null)
    {
        run.Driver!.BodyEnded(new RunOutcome([], failure ?? TestErrors.Failure("it broke")));
        return Next(run);
    }

    internal void Advance(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    internal static RunPolicy Retries(int count, params double[] delays) => new() { Retry = new RetryPolicy { Count = count, DelaySeconds = delays } };
}
