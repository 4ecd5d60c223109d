using System.Management.Automation;
using FlowModule.Engine;

namespace FlowModule.Hosting;

/// <summary>One subflow after another, in the caller's own runspace.</summary>
internal sealed class SequentialRunner(PSCmdlet cmdlet, RunspaceContext context, RunEmitter emitter, FanOutOptions options) : ISubflowRunner
{
    private readonly CallerRunner _caller = new(cmdlet, context, emitter, options.LogLines);
    private readonly FinalStateOrder _order = new(options);
    private StopRequest? _rest;
    private int _added;
    private bool _raceWon;

    public object? Prepare(Flow flow, ref RunInput input) => null;

    public void Add(FlowRun run, RunFailure? failure)
    {
        if (_raceWon)
        {
            return;
        }

        run.Index = _added++;
        if (failure is not null || _rest is not null)
        {
            if (_rest is not null)
            {
                run.Stop(_rest);
            }

            RunCompletion.BodyEnded(run, new RunOutcome([], failure), RunErrors.Instance, static _ => { });
        }

        FlowState state = run.State.IsFinal ? run.State : _caller.Run(run, (Flow)run.Flow);
        List<FlowState>? ready = null;
        _raceWon = _order.Add(run.Index, state, ref ready);
        Emit(ready);
        if (options.StopOnFailure && state.IsFailure)
        {
            _rest ??= new StopRequest(StopKind.Cancelled, $"Subflow run '{run.Name}' ended in state {state.Name}.");
        }
    }

    public void Complete()
    {
        List<FlowState>? rest = null;
        _order.Flush(ref rest);
        Emit(rest);
    }

    public void Stop(StopRequest request) => _caller.Stop(request);

    public void Dispose()
    {
    }

    private void Emit(List<FlowState>? states)
    {
        foreach (FlowState state in states ?? [])
        {
            state.Run.Parent?.CountChild(state);
            emitter.Emit(state);
        }
    }
}
