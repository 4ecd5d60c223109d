using System.Collections;
using System.Management.Automation;
using FlowModule.Engine.FanOuts;
using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Schedules.Ticks;
using FlowModule.Engine.Texts;
using FlowModule.History;
using FlowModule.Parameters;
using FlowModule.Sessions;
using FlowModule.Streams;

namespace FlowModule.Starting;

/// <summary>What a call says about its own run.</summary>
/// <param name="Name">Its name in place of a flow's name; null for the usual one.</param>
/// <param name="RunName">The template of its run's name; null for two words.</param>
/// <param name="Tag">The tags of its run.</param>
/// <param name="Parameters">The values that all its runs get, or null.</param>
/// <param name="Secrets">The names of those that are secret.</param>
internal sealed record AdHocCall(string? Name, string? RunName, string[] Tag, IDictionary? Parameters, string[] Secrets);

/// <summary>Makes the ad hoc run of a call that has no flow around it.</summary>
internal static class AdHocRuns
{
    /// <summary>The run of a call, if the call has several runs or says something about it, and no flow is around it; otherwise null.</summary>
    /// <exception cref="FlowException">The name of the run cannot be made, the history cannot be used, or the run of a flow contains the runs of the call.</exception>
    internal static AdHocRun? For(PSCmdlet cmdlet, RunspaceContext context, AdHocCall call, bool isSeveral, HistoryChoice history)
    {
        if (context.CurrentRun is { } around)
        {
            return call.RunName is null && call.Tag.Length == 0
                ? null
                : throw FlowException.InvalidParameter(
                    $"-RunName and -Tag are for a call without a flow around it. Here, run '{around.Name}' of '{around.FlowName}' contains the runs of the call.",
                    "FlowCallInsideRun", call.RunName ?? (object)call.Tag);
        }

        return isSeveral || call.Name is not null || call.RunName is not null || call.Tag.Length > 0 ? Create(cmdlet, context, call, history) : null;
    }

    /// <summary>No more runs follow. The end of the run is recorded when this returns, unless a job goes on with the runs.</summary>
    internal static void End(AdHocRun? run, bool isJob)
    {
        run?.Complete();
        if (!isJob)
        {
            run?.Wait();
            run?.Run.Recording?.Flush();
        }
    }

    private static AdHocRun Create(PSCmdlet cmdlet, RunspaceContext context, AdHocCall call, HistoryChoice history)
    {
        InvocationInfo place = cmdlet.MyInvocation;
        string? script = place.ScriptName is { Length: > 0 } path ? path : null;
        var definition = new AdHocDefinition(call.Name, script, place.ScriptLineNumber) { Tag = Array.ConvertAll(call.Tag, VisibleText.OfName) };
        IDictionary parameters = call.Parameters ?? new Hashtable();
        string? name = call.RunName is { } template ? RunNaming.ForCall(template, definition.Name, parameters) : null;
        RunPolicy policy = call.Secrets.Length == 0 ? RunPolicy.Default : RunPolicy.Default with { Secrets = call.Secrets };
        var run = new FlowRun(definition, parent: null, TimeProvider.System, name, parameters, policy: policy)
        {
            Kind = RunKind.AdHoc,
            Instance = ScheduledInstance.Current,
        };
        run.Listeners = context.Listeners;
        (RunHistory? where, bool isRequired) = history.Find(around: null);
        if (where is not null)
        {
            run.Recording = new RunRecording(where, run) { IsRequired = isRequired };
        }

        return new AdHocRun(run, RunServices.For(run), RunErrors.Instance);
    }
}
