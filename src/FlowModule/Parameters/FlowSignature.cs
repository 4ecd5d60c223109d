using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Runtime.CompilerServices;
using FlowModule.Closures;
using FlowModule.Sessions;

namespace FlowModule.Parameters;

/// <summary>
/// The parameters in a flow's own param block, and the rules that bind values to them. Everything is checked
/// here, before anything runs; PowerShell binds the values again when the body is called.
/// </summary>
internal sealed class FlowSignature
{
    private static readonly ConditionalWeakTable<ScriptBlockAst, FlowSignature> Signatures = [];

    // PowerShell creates a parameter's attributes from their syntax only for a command, so the body temporarily becomes one.
    private static readonly ScriptBlock AsCommand = NeutralScript.Create(
        "param($body, $find) ${function:local:FlowSignatureProbe} = $body; & $find FlowSignatureProbe Function");

    private FlowSignature(ScriptBlock body, ScriptBlockAst ast)
    {
        if (ast.ParamBlock is not { Parameters.Count: > 0 } block)
        {
            return;
        }

        var command = (FunctionInfo)AsCommand.Invoke(body, FindCommandCommand.Info)[0].BaseObject;
        Dictionary<string, ParameterMetadata> metadata = command.Parameters;
        Parameters = [.. block.Parameters.Select(
            parameter => new FlowParameter(metadata[parameter.Name.VariablePath.UserPath], parameter.DefaultValue))];
        SetCount = command.ParameterSets.Count;
    }

    internal FlowParameter[] Parameters { get; } = [];

    private int SetCount { get; } = 1;

    /// <summary>The signature of a flow. Must be called on the pipeline thread: the parameters' attributes may be classes of the session.</summary>
    internal static FlowSignature Of(Flow flow)
    {
        ScriptBlockAst ast = flow.BodyAst!;
        return Signatures.TryGetValue(ast, out FlowSignature? known)
            ? known
            : Signatures.GetValue(ast, _ => new FlowSignature(flow.IsAtHome ? flow.ScriptBlock : flow.UnboundBody, ast));
    }

    /// <summary>
    /// Checks that the flow has a parameter for each of <paramref name="names"/>.
    /// </summary>
    /// <exception cref="FlowException">A parameter is missing.</exception>
    internal void RequireNames(Flow flow, IEnumerable<string> names)
    {
        foreach (string name in names)
        {
            Require(flow, name);
        }
    }

    /// <summary>All names and aliases of the named parameters.</summary>
    /// <exception cref="FlowException">The flow has no such parameter.</exception>
    internal string[] SecretNames(Flow flow, IEnumerable<string> names)
    {
        try
        {
            return [.. names.Select(name => Require(flow, name)).Distinct().SelectMany(parameter => parameter.Aliases.Prepend(parameter.Name))];
        }
        catch (FlowException exception)
        {
            throw FlowException.InvalidParameter(exception.Message, exception.ErrorRecord.FullyQualifiedErrorId, exception.ErrorRecord.TargetObject, isAboutTheFlow: true);
        }
    }

    /// <summary>
    /// The parameters of one run: <paramref name="fixedParameters"/>, then those for which <paramref name="item"/> has a property
    /// or key, or which accept the whole item; a plain item goes to the first parameter without a value and without a default.
    /// </summary>
    /// <exception cref="FlowException">A value is invalid, or a mandatory parameter has none.</exception>
    internal IDictionary Bind(Flow flow, IDictionary? fixedParameters, object? item)
    {
        var bound = new OrderedDictionary(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry entry in fixedParameters ?? new Hashtable())
        {
            bound[Require(flow, entry.Key.ToString()!).Name] = entry.Value;
        }

        if (item is not null && Parameters.Length > 0)
        {
            BindItem(item, bound);
        }

        foreach (FlowParameter parameter in Parameters)
        {
            if (bound.Contains(parameter.Name))
            {
                if (parameter.WhyNot(bound[parameter.Name]) is { } reason)
                {
                    throw FlowException.InvalidParameter(
                        $"{flow.Kind} '{flow.Name}' cannot take '{Show(bound[parameter.Name])}' for its parameter '{parameter.Name}': {reason}.",
                        "FlowParameterInvalid", item ?? bound[parameter.Name]);
                }
            }
            else if (parameter.IsMandatory && SetCount == 1)
            {
                throw FlowException.InvalidParameter(
                    $"{flow.Kind} '{flow.Name}' needs a value for its mandatory parameter '{parameter.Name}'.", "FlowParameterMissing", item ?? flow);
            }
        }

        return bound;
    }

    private void BindItem(object item, OrderedDictionary bound)
    {
        bool any = false;
        foreach (FlowParameter parameter in Parameters)
        {
            if (!bound.Contains(parameter.Name))
            {
                if (parameter.TakesWholeInput)
                {
                    bound[parameter.Name] = item;
                    any = true;
                }
                else if (TryGetProperty(item, parameter, out object? value))
                {
                    bound[parameter.Name] = value;
                    any = true;
                }
            }
        }

        if (!any && Array.Find(Parameters, parameter => !parameter.HasDefault && !bound.Contains(parameter.Name)) is { } first)
        {
            bound[first.Name] = item;
        }
    }

    private static bool TryGetProperty(object item, FlowParameter parameter, out object? value)
    {
        object target = item is PSObject wrapped ? wrapped.BaseObject : item;
        foreach (string name in parameter.Aliases.Prepend(parameter.Name))
        {
            if (target is IDictionary dictionary)
            {
                if (dictionary.Contains(name))
                {
                    value = dictionary[name];
                    return true;
                }
            }
            else if (target is not (string or ValueType) || item is PSObject)
            {
                if (PSObject.AsPSObject(item).Properties[name] is { } property && (target is not (string or ValueType) || property is PSNoteProperty))
                {
                    value = property.Value;
                    return true;
                }
            }
        }

        value = null;
        return false;
    }

    private FlowParameter Require(Flow flow, string name)
    {
        if (Array.Find(Parameters, parameter => parameter.Answers(name)) is { } parameter)
        {
            return parameter;
        }

        string known = Parameters.Length == 0
            ? "It has no parameters: its script block has no param block."
            : $"It has: {string.Join(", ", Parameters.Select(parameter => parameter.Name))}.";
        throw FlowException.InvalidParameter($"{flow.Kind} '{flow.Name}' has no parameter '{name}'. {known}", "FlowParameterNotFound", name);
    }

    private static string Show(object? value)
    {
        string text = value?.ToString() ?? "null";
        return text.Length <= 60 ? text : text[..57] + "...";
    }
}
