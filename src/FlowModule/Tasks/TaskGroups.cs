using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Runs;
using FlowModule.Sessions;
using FlowModule.Streams;

namespace FlowModule.Tasks;

/// <summary>The background tasks of a flow run: a fan-out that stays open as long as the run.</summary>
internal static class TaskGroups
{
    /// <summary>How many tasks of a flow run at once by default. More than processors, because most tasks wait for something.</summary>
    internal static readonly int DefaultThrottleLimit = Math.Max(10, Environment.ProcessorCount);

    internal static FanOut For(RunspaceContext context, FlowLogPreference log)
    {
        FlowRun? flowRun = context.CurrentRun?.FlowRunOf();
        if (flowRun is not null)
        {
            return flowRun.Family.Tasks(() => Create(context, flowRun, log));
        }

        // A stopped fan-out (its worker could not be started) must not stop all later tasks.
        return context.LooseTasks is { IsStopped: false } open ? open : context.LooseTasks = Create(context, parent: null, log);
    }

    /// <summary>How many of the started tasks of a run run at once.</summary>
    internal static int ThrottleLimitOf(FlowRun? parent) => parent?.Flow.ThrottleLimit ?? DefaultThrottleLimit;

    private static FanOut Create(RunspaceContext context, FlowRun? parent, FlowLogPreference log)
    {
        var options = new FanOutOptions { IsOpenEnded = true, ThrottleLimit = ThrottleLimitOf(parent), Log = log };
        return new FanOut(options, parent, context.PoolOf, RunErrors.Instance, output: parent?.Output ?? context.TaskOutput);
    }
}
