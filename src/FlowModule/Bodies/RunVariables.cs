using System.Management.Automation;
using FlowModule.Engine.Runs;
using FlowModule.Values;

namespace FlowModule.Bodies;

/// <summary>The variables that contain a script's run.</summary>
internal static class RunVariables
{
    /// <summary>Adds <c>$FlowRun</c>, and inside a task <c>$TaskRun</c>.</summary>
    internal static void Add(List<PSVariable> variables, FlowRun run)
    {
        variables.Add(new PSVariable(SpecialVariables.FlowRun, run.FlowRunOf()));
        if (run.Kind == RunKind.Task)
        {
            variables.Add(new PSVariable(SpecialVariables.TaskRun, run));
        }
    }

    /// <summary>The same, with <c>$_</c>.</summary>
    internal static void Add(List<PSVariable> variables, FlowRun run, object? item)
    {
        variables.RemoveAll(static variable => variable.Name == "_");
        Add(variables, run);
        variables.Add(new PSVariable("_", item));
    }
}
