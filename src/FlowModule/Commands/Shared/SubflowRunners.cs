using System.Management.Automation;
using FlowModule.Engine.FanOuts;
using FlowModule.Jobs;
using FlowModule.Runners;
using FlowModule.Sessions;
using FlowModule.Starting;
using FlowModule.Streams;

namespace FlowModule.Commands;

/// <summary>Chooses how a cmdlet's runs are executed.</summary>
internal static class SubflowRunners
{
    internal static ISubflowRunner Create(PSCmdlet cmdlet, RunspaceContext context, FanOutOptions options, bool parallel, bool asJob, string activity, bool isFanOut = false, FailureCondition? failWhen = null, FlowRun? group = null, string? name = null, Action? jobEnded = null)
    {
        if (new RunConsent(cmdlet).OnlyPlans)
        {
            return new PlanRunner(cmdlet, context, options, parallel || asJob) { Name = name };
        }

        var writer = new CmdletWriter(cmdlet);
        options = options with { Log = writer.Log };
        if (asJob)
        {
            return new JobRunner(cmdlet, context, options, activity, isFanOut, group, jobEnded);
        }

        return Create(cmdlet, context, options, parallel, new RunEmitter(writer, activity, writesFailures: failWhen is null) { IsFanOut = isFanOut, Judge = failWhen is null ? null : failWhen.Add, Title = name }, group);
    }

    internal static ISubflowRunner Create(PSCmdlet cmdlet, RunspaceContext context, FanOutOptions options, bool parallel, RunEmitter emitter, FlowRun? group = null)
    {
        if (context.TaskOutput.Count > 0)
        {
            new CallerWait(cmdlet, context, emitter).WriteTaskOutput();
        }

        return parallel ? new ParallelRunner(cmdlet, context, emitter, options, group) : new SequentialRunner(cmdlet, context, emitter, options, group);
    }
}
