using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.Engine;

namespace FlowModule.Hosting;

/// <summary>Runs one body in the pipeline of this thread and says what it came to.</summary>
internal static class BodyInvoker
{
    // In a try with a catch, an error that ends its statement ends the body too: a flow fails where a script would go on.
    private static readonly ScriptBlock Plain = ScriptBlock.Create("try { & $FlowBody @FlowParameters } catch { throw }");
    private static readonly ScriptBlock Piped = ScriptBlock.Create("try { , $FlowItem | & $FlowBody @FlowParameters } catch { throw }");

    /// <param name="run">The run, for its input.</param>
    /// <param name="body">What to run.</param>
    /// <param name="module">The module whose session the body is bound to, or null.</param>
    /// <param name="parameters">The parameters to bind.</param>
    /// <param name="variables">What the body finds around it, besides <c>$FlowRun</c> and <c>$_</c>. The list is used up.</param>
    /// <param name="functions">The functions that the body finds around it.</param>
    /// <exception cref="PipelineStoppedException">The pipeline was stopped.</exception>
    internal static RunOutcome Invoke(
        FlowRun run, ScriptBlock body, PSModuleInfo? module, IDictionary parameters, List<PSVariable> variables, Dictionary<string, ScriptBlock>? functions)
    {
        bool piped = run.InputObject is not null && ScriptBlocks.AstOf(body) is { } ast && TakesPipelineInput(ast);
        variables.Add(new PSVariable(SpecialVariables.FlowRun, run));
        variables.Add(new PSVariable("_", run.InputObject));
        variables.Add(new PSVariable("FlowBody", body));
        variables.Add(new PSVariable("FlowParameters", parameters));
        if (piped)
        {
            variables.Add(new PSVariable("FlowItem", run.InputObject));
        }

        ScriptBlock wrapper = piped ? Piped : Plain;
        if (module is not null)
        {
            wrapper = module.NewBoundScriptBlock(wrapper);
        }

        try
        {
            return new RunOutcome(Unwrap(wrapper.InvokeWithContext(functions, variables)));
        }
        catch (PipelineStoppedException)
        {
            throw;
        }
        catch (ExitException exit)
        {
            // "exit" in a body ends the body, not the session that runs it.
            int code = LanguagePrimitives.TryConvertTo(exit.Argument, out int value) ? value : 1;
            return code == 0 ? RunOutcome.Nothing : new RunOutcome([], RunErrors.ExitCode(run, code));
        }
        catch (FlowControlException)
        {
            // "break" or "continue" with no loop around it ends the body, as it ends a script.
            return RunOutcome.Nothing;
        }
        catch (Exception exception)
        {
            // Whatever else a body throws is its failure.
            return new RunOutcome([], RunErrors.Describe(exception));
        }
    }

    private static bool TakesPipelineInput(ScriptBlockAst ast) =>
        ast.ProcessBlock is not null
        || ast.ParamBlock?.Parameters.Any(parameter => parameter.Attributes.OfType<AttributeAst>().Any(
            attribute => attribute.NamedArguments.Any(argument => argument.ArgumentName.StartsWith("ValueFromPipeline", StringComparison.OrdinalIgnoreCase)))) == true;

    /// <summary>
    /// The objects inside their PowerShell wrappers, where the wrapper holds nothing of its own: what is bound to the object
    /// stays with it, but for strings, simple values and custom objects.
    /// </summary>
    private static object?[] Unwrap(Collection<PSObject> output)
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
            result[i] = inner is null or PSCustomObject or string || (inner is ValueType && !inner.GetType().IsPrimitive) ? item : inner;
        }

        return result;
    }
}
