using System.Management.Automation;
using FlowModule.Closures;
using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Sessions;
using FlowModule.Starting;

namespace FlowModule.Runners;

/// <summary>Returns the plan of the runs instead of running them. It writes nothing to the history.</summary>
internal sealed class PlanRunner(PSCmdlet cmdlet, RunspaceContext context, FanOutOptions options, bool onWorkers) : ISubflowRunner
{
    private readonly WorkCache _work = new(new ClosureCapture(context, cmdlet));
    private readonly Dictionary<Closure, FlowClosureItem[]> _closures = [];
    private readonly List<FlowPlanRun> _runs = [];

    /// <summary>The name of the call, or null.</summary>
    internal string? Name { private get; init; }

    public object? Prepare(Flow flow, RunPolicy policy, ref RunInput input) =>
        onWorkers || policy.IsIsolated ? _work.GetFor(flow, policy, ref input) : null;

    public bool IsInline(RunPolicy policy) => false;

    public void Add(FlowRun run, RunFailure? failure) => Add(run, failure, existingRun: null);

    /// <summary>Adds a run to the plan.</summary>
    /// <param name="run">The run.</param>
    /// <param name="existingRun">The name of the run that has its key already; null if there is none.</param>
    internal void Add(FlowRun run, string? existingRun) => Add(run, failure: null, existingRun);

    private void Add(FlowRun run, RunFailure? failure, string? existingRun)
    {
        FlowClosureItem[]? items = [];
        if (run.HostData is SubflowWork { Closure: { } closure } && !_closures.TryGetValue(closure, out items))
        {
            _closures[closure] = items = [.. FlowClosureItem.List((Flow)run.Flow, closure)];
        }

        _runs.Add(new FlowPlanRun(run, failure?.Message, items, context.Pools.Find(run.Policy.WorkerKind)) { ExistingRun = existingRun });
    }

    public void Complete() => cmdlet.WriteObject(new FlowPlan(cmdlet.MyInvocation.MyCommand.Name, options, _runs) { Name = Name });

    public void Stop(StopRequest request)
    {
        // There is nothing to stop.
    }

    public void Dispose()
    {
        // There is nothing to end.
    }
}
