using System.Collections;
using System.Globalization;
using System.Management.Automation;
using FlowModule.Engine.Runs;
using FlowModule.Values;

namespace FlowModule.Parameters;

/// <summary>Names a run: by the flow's template or script block, otherwise with two words.</summary>
internal static class RunNaming
{
    /// <exception cref="FlowException">The template or the script block returns no name.</exception>
    internal static string? NameFor(Flow flow, IDictionary parameters, object? item)
    {
        try
        {
            string? name = flow.RunName switch
            {
                null => null,
                ScriptBlock script => Ask(flow.IsAtHome ? script : ScriptBlocks.Unbind(script), parameters, item),
                string template => RunNameTemplate.Parse(template).Fill(key => ValueOf(flow, key, parameters, item)),
                var other => other.ToString(),
            };
            return name is "" ? throw new FormatException("the name is empty") : name;
        }
        catch (Exception exception) when (exception is FormatException or RuntimeException)
        {
            throw FlowException.InvalidParameter(
                $"Flow '{flow.Name}' cannot name its run by '{flow.RunName}': {exception.Message.TrimEnd('.')}.", "FlowRunNameInvalid", flow, exception);
        }
    }

    /// <summary>The name of an ad hoc run by its template, whose placeholders are the parameters of the call, Date, and Flow for its name.</summary>
    /// <exception cref="FlowException">The template is invalid, or returns no name.</exception>
    internal static string ForCall(string template, string flowName, IDictionary parameters)
    {
        try
        {
            string name = RunNameTemplate.Parse(template).Fill(key => parameters.Contains(key)
                ? parameters[key] is PSObject wrapped ? wrapped.BaseObject : parameters[key]
                : ValueOf(key, flowName) ?? throw new FormatException($"-Parameters has no '{key}'. It names the run of the whole call; New-Flow -RunName names each subflow"));
            return name.Length > 0 ? name : throw new FormatException("the name is empty");
        }
        catch (FormatException exception)
        {
            throw FlowException.InvalidParameter($"-RunName '{template}' gives no name: {exception.Message.TrimEnd('.')}.", "FlowRunNameInvalid", template, exception);
        }
    }

    /// <summary>The value of a placeholder that is no parameter, or null.</summary>
    private static object? ValueOf(string key, string flowName) => key.ToUpper(CultureInfo.InvariantCulture) switch
    {
        "DATE" => DateTime.Now,
        "FLOW" => flowName,
        _ => null,
    };

    private static string? Ask(ScriptBlock script, IDictionary parameters, object? item)
    {
        List<PSVariable> variables = [new("_", item), new("Parameters", parameters)];
        return LanguagePrimitives.ConvertTo<string>(script.InvokeWithContext(functionsToDefine: null, variables).FirstOrDefault()) ?? "";
    }

    private static object? ValueOf(Flow flow, string key, IDictionary parameters, object? item)
    {
        FlowParameter? parameter = Array.Find(FlowSignature.Of(flow).Parameters, parameter => parameter.Answers(key));
        if (parameter is not null && parameters.Contains(parameter.Name))
        {
            return parameters[parameter.Name] is PSObject wrapped ? wrapped.BaseObject : parameters[parameter.Name];
        }

        return parameter?.KnownDefault() ?? ValueOf(key, flow.Name)
            ?? (key == "_" ? item : parameter is not null ? null : throw new FormatException($"the flow has no parameter '{key}'"));
    }
}
