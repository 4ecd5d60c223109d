using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;
using FlowModule.Engine.States;
using FlowModule.Streams;
using FlowModule.Values;

namespace FlowModule.Bodies;

/// <summary>Runs one body in the pipeline of this thread and returns its outcome.</summary>
internal static class BodyInvoker
{
    /// <param name="run">The run, for its input.</param>
    /// <param name="body">The script to run.</param>
    /// <param name="module">The module whose session the body is bound to, or null.</param>
    /// <param name="parameters">The parameters to bind.</param>
    /// <param name="variables">The variables that the body sees, besides <c>$FlowRun</c> and <c>$_</c>. The list is modified.</param>
    /// <param name="functions">The functions that the body sees.</param>
    /// <exception cref="PipelineStoppedException">The pipeline was stopped.</exception>
    internal static RunOutcome Invoke(
        FlowRun run, ScriptBlock body, PSModuleInfo? module, IDictionary parameters, List<PSVariable> variables, Dictionary<string, ScriptBlock>? functions)
    {
        BodyWrapper how = BodyWrapper.For(ScriptBlocks.AstOf(body)!);
        ScriptBlock wrapper = how.Choose(run.InputObject, ref parameters);
        CollectOutputCommand.OutputList? collected = how.Exits ? new() : null;
        RunVariables.Add(variables, run);
        if (run.HasInput)
        {
            // Without an input, $_ is the caller's, as for any script block that is called.
            variables.Add(new PSVariable("_", run.InputObject));
        }

        variables.Add(new PSVariable(BodyWrapper.Body, body));
        variables.Add(new PSVariable(BodyWrapper.Parameters, parameters));
        variables.Add(new PSVariable(BodyWrapper.Item, run.InputObject));
        if (collected is not null)
        {
            variables.Add(new PSVariable(BodyWrapper.Collector, CollectOutputCommand.Info));
            variables.Add(new PSVariable(BodyWrapper.Collected, collected));
        }

        if (module is not null)
        {
            wrapper = module.NewBoundScriptBlock(wrapper);
        }

        try
        {
            IReadOnlyList<PSObject> output = wrapper.InvokeWithContext(functions, variables);
            return new RunOutcome(Unwrap(collected?.Items ?? output));
        }
        catch (PipelineStoppedException)
        {
            throw;
        }
        catch (ExitException exit)
        {
            // "exit" in a body ends the body, not the session that runs it.
            int code = LanguagePrimitives.TryConvertTo(exit.Argument, out int value) ? value : 1;
            return new RunOutcome(Unwrap(collected?.Items ?? []), code == 0 ? null : RunErrors.ExitCode(run, code));
        }
        catch (FlowControlException)
        {
            // "break" or "continue" with an unknown label ends the body, as it ends a script.
            return RunOutcome.Nothing;
        }
        catch (Exception exception)
        {
            // Anything else that a body throws is its failure.
            return new RunOutcome([], RunErrors.Describe(run, exception));
        }
    }

    /// <summary>Calls a script of a policy. As in a body, an error that ends a statement ends the script: a half-computed key must not be used.</summary>
    /// <param name="script">The script.</param>
    /// <param name="module">The module whose session it is bound to, or null.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="variables">The variables that it sees. The list is modified.</param>
    /// <param name="functions">The functions that it sees.</param>
    /// <exception cref="PipelineStoppedException">The pipeline was stopped.</exception>
    internal static Collection<PSObject> Call(
        ScriptBlock script, PSModuleInfo? module, object?[] arguments, List<PSVariable> variables, Dictionary<string, ScriptBlock>? functions)
    {
        BodyWrapper how = BodyWrapper.For(ScriptBlocks.AstOf(script)!);
        var collected = new CollectOutputCommand.OutputList();
        variables.Add(new PSVariable(BodyWrapper.Body, script));
        variables.Add(new PSVariable(BodyWrapper.Parameters, arguments));
        variables.Add(new PSVariable(BodyWrapper.Collector, CollectOutputCommand.Info));
        variables.Add(new PSVariable(BodyWrapper.Collected, collected));
        ScriptBlock wrapper = module is null ? how.Plain : module.NewBoundScriptBlock(how.Plain);
        try
        {
            Collection<PSObject> output = wrapper.InvokeWithContext(functions, variables);
            return how.Exits ? [.. collected.Items] : output;
        }
        catch (Exception exception) when (exception is ExitException or FlowControlException)
        {
            return [.. collected.Items];
        }
    }

    /// <summary>
    /// Removes PowerShell's wrappers that contain nothing themselves. Added properties are attached to the object and stay,
    /// except for strings, simple values and custom objects, which need the wrapper.
    /// </summary>
    private static object?[] Unwrap(IReadOnlyList<PSObject?> output)
    {
        if (output.Count == 0)
        {
            return [];
        }

        var result = new object?[output.Count];
        for (int i = 0; i < result.Length; i++)
        {
            PSObject? item = output[i];
            object? inner = item?.BaseObject;
            result[i] = inner is null or PSCustomObject or string || (inner is ValueType && !inner.GetType().IsPrimitive) ? item : UnwrapStates(inner);
        }

        return result;
    }

    /// <summary>A list of states or handles that is output as one object also has wrapped items.</summary>
    private static object UnwrapStates(object inner) => inner is object?[] list && Array.Exists(list, item => item is PSObject { BaseObject: FlowState or FlowRun })
        ? Array.ConvertAll(list, item => item is PSObject { BaseObject: (FlowState or FlowRun) and var bare } ? bare : item)
        : inner;
}
