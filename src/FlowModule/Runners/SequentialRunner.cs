using System.Management.Automation;
using FlowModule.Closures;
using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Sessions;
using FlowModule.Starting;
using FlowModule.Streams;

namespace FlowModule.Runners;

/// <summary>Runs one run after another, in the caller's own runspace; isolated runs on a worker of their kind.</summary>
internal sealed class SequentialRunner(PSCmdlet cmdlet, RunspaceContext context, RunEmitter emitter, FanOutOptions options, FlowRun? group) : ISubflowRunner
{
    private readonly CallerRunner _caller = new(cmdlet, context, emitter, options.Log);
    private readonly FanOutOutcome _outcome = new(options, new FanOutCounts(TimeProvider.System, options.Total));
    private volatile ParallelRunner? _isolated;
    private volatile StopRequest? _stop;
    private StopRequest? _rest;
    private int _added;

    public object? Prepare(Flow flow, RunPolicy policy, ref RunInput input)
    {
        if (policy.IsIsolated)
        {
            return new SubflowWork(flow, new ClosureCapture(context, cmdlet).Capture(flow, policy, ref input));
        }

        // Scripts may be called later, perhaps elsewhere; and without these values the run is not even created.
        return policy.Hooks is null && policy.Rollback is null && ClosurePlan.For(flow.BodyAst!).Usings.Count == 0
            ? null
            : new SubflowWork(flow, new ClosureCapture(context, cmdlet).Capture(flow, policy));
    }

    public bool IsInline(RunPolicy policy) => !policy.IsIsolated;

    public void Add(FlowRun run, RunFailure? failure)
    {
        if (_outcome.RaceIsWon)
        {
            return;
        }

        // Not the run's own index, because a fan-out that runs it on a worker assigns another.
        int index = _added++;
        _outcome.Counts.Added();
        emitter.Counts = _outcome.Counts;
        emitter.Expect(run);
        emitter.Tick();
        if (_rest is not null)
        {
            run.Stop(_rest);
        }

        // A run that only has to be ended needs no worker, which would have to be opened for it.
        bool isHere = !run.Policy.IsIsolated || failure is not null || _rest is not null;
        FlowState state = isHere ? _caller.Run(run, failure) : RunIsolated(run);
        StopRequest? rest = _outcome.Add(index, state, out List<FlowState>? emitted);
        _rest ??= rest;
        Emit(emitted);
    }

    public void Complete()
    {
        _outcome.Counts.Complete();
        Emit(_outcome.Flush());
        emitter.EndAll();
        emitter.Summarize(options.Log);
    }

    public void Stop(StopRequest request)
    {
        _stop ??= request;
        _caller.Stop(request);
        _isolated?.Stop(request);
    }

    public void Dispose() => _isolated?.Dispose();

    private FlowState RunIsolated(FlowRun run)
    {
        // This runner writes and counts the states.
        _isolated = new ParallelRunner(cmdlet, context, emitter, new FanOutOptions { ThrottleLimit = 1, Log = options.Log, GivesStates = false }, group);
        if (_stop is { } stop)
        {
            // The stop came while there was no runner to tell.
            _isolated.Stop(stop);
        }

        _isolated.Add(run, failure: null);
        _isolated.Complete();
        return run.State;
    }

    private void Emit(List<FlowState>? states) => states?.ForEach(emitter.Emit);
}
