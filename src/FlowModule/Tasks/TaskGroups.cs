using FlowModule.Engine.FanOuts;
using FlowModule.Sessions;
using FlowModule.Streams;

namespace FlowModule.Tasks;

/// <summary>The tasks that were started in a flow run and run in the background: a fan-out that stays open for as long as the run does.</summary>
internal static class TaskGroups
{
    /// <summary>How many tasks of a flow run at once, unless the flow says. More than processors: most tasks wait for something.</summary>
    internal static readonly int DefaultThrottleLimit = Math.Max(10, Environment.ProcessorCount);

    internal static FanOut For(RunspaceContext context, bool logLines)
    {
        FlowRun? flowRun = context.CurrentRun?.FlowRunOf();
        if (flowRun is not null)
        {
            return flowRun.GetTasks(() => Create(context, flowRun, logLines));
        }

        // One that was stopped, because no worker could be started, must not stop all that come later.
        return context.LooseTasks is { IsStopped: false } open ? open : context.LooseTasks = Create(context, parent: null, logLines);
    }

    private static FanOut Create(RunspaceContext context, FlowRun? parent, bool logLines)
    {
        var options = new FanOutOptions { IsOpenEnded = true, ThrottleLimit = parent?.Flow.ThrottleLimit ?? DefaultThrottleLimit, LogLines = logLines };
        return new FanOut(options, parent, context.PoolOf, RunErrors.Instance, output: parent?.Output ?? context.TaskOutput);
    }
}
