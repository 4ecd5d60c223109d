using System.Collections;
using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace FlowModule.Parameters;

/// <summary>
/// Turns a flow's own parameters into parameters of the cmdlet that runs it: completed, typed, validated and prompted for, like those of
/// functions. A parameter with the name of one of the cmdlet's own can be set through <c>-Parameters</c>.
/// </summary>
internal static class FlowDynamicParameters
{
    // A cmdlet is called thousands of times, and its attributes are read anew each time.
    private static readonly ConcurrentDictionary<Type, HashSet<string>> TakenNamesOf = new();

    internal static RuntimeDefinedParameterDictionary For(Flow flow, Type cmdlet, IDictionary alreadyGiven)
    {
        HashSet<string> taken = TakenNamesOf.GetOrAdd(cmdlet, TakenNames);
        var result = new RuntimeDefinedParameterDictionary();
        foreach (FlowParameter parameter in FlowSignature.Of(flow).Parameters)
        {
            if (taken.Contains(parameter.Name) || alreadyGiven.Contains(parameter.Name))
            {
                continue;
            }

            var attributes = new Collection<Attribute>([.. parameter.Attributes.Where(attribute => attribute is not (ParameterAttribute or AliasAttribute))]);
            foreach (ParameterAttribute declared in parameter.Attributes.OfType<ParameterAttribute>().DefaultIfEmpty(new ParameterAttribute()))
            {
                attributes.Add(Translate(declared));
            }

            string[] aliases = Array.FindAll(parameter.Aliases, alias => !taken.Contains(alias));
            if (aliases.Length > 0)
            {
                attributes.Add(new AliasAttribute(aliases));
            }

            result.Add(parameter.Name, new RuntimeDefinedParameter(parameter.Name, parameter.Type, attributes));
        }

        return result;
    }

    /// <summary>
    /// A parameter of the flow whose name abbreviates one of the cmdlet's parameters was bound to that one: -A to -AsJob. This must be
    /// an error, not a silent mistake.
    /// </summary>
    /// <exception cref="FlowException">This has happened.</exception>
    internal static bool RequireUnambiguous(Flow flow, PSCmdlet cmdlet)
    {
        IEnumerable<string> taken = cmdlet.MyInvocation.BoundParameters.Keys;
        FlowParameter[] suspects = Array.FindAll(
            FlowSignature.Of(flow).Parameters,
            parameter => taken.Any(name => name.Length > parameter.Name.Length && name.StartsWith(parameter.Name, StringComparison.OrdinalIgnoreCase)));
        if (suspects.Length == 0)
        {
            return true;
        }

        // Only the text of the call shows whether the name was written in full.
        Ast line = Parser.ParseInput(cmdlet.MyInvocation.Line, out _, out _);
        foreach (CommandParameterAst written in line.FindAll(ast => ast is CommandParameterAst, searchNestedScriptBlocks: true).Cast<CommandParameterAst>())
        {
            if (Array.Find(suspects, parameter => parameter.Answers(written.ParameterName)) is { } suspect)
            {
                throw FlowException.InvalidParameter(
                    $"-{written.ParameterName} was bound to a parameter of {cmdlet.MyInvocation.MyCommand.Name}, whose name it abbreviates. Pass the flow's parameter '{suspect.Name}' as -Parameters @{{ {suspect.Name} = ... }}.",
                    "FlowParameterAmbiguous", written.ParameterName);
            }
        }

        return true;
    }

    /// <summary>Combines <c>-Parameters</c> with the values that were given as parameters of the cmdlet.</summary>
    internal static IDictionary Merge(IDictionary parameters, RuntimeDefinedParameterDictionary? flowParameters)
    {
        if (flowParameters is null or { Count: 0 })
        {
            return parameters;
        }

        var given = new Hashtable(StringComparer.OrdinalIgnoreCase);
        foreach (RuntimeDefinedParameter parameter in flowParameters.Values.Where(parameter => parameter.IsSet))
        {
            given[parameter.Name] = parameter.Value;
        }

        return RunParameters.Merge(parameters, given)!;
    }

    /// <summary>The parameter comes after the flow itself, and does not accept the cmdlet's pipeline input, which is flows.</summary>
    private static ParameterAttribute Translate(ParameterAttribute declared)
    {
        var translated = new ParameterAttribute
        {
            Mandatory = declared.Mandatory,
            Position = declared.Position >= 0 ? declared.Position + 1 : declared.Position,
            ParameterSetName = declared.ParameterSetName,
            DontShow = declared.DontShow,
            ValueFromRemainingArguments = declared.ValueFromRemainingArguments,
        };
        if (!string.IsNullOrEmpty(declared.HelpMessage))
        {
            translated.HelpMessage = declared.HelpMessage;
        }

        return translated;
    }

    private static HashSet<string> TakenNames(Type cmdlet)
    {
        var taken = new HashSet<string>(PSCmdlet.CommonParameters.Concat(PSCmdlet.OptionalCommonParameters), StringComparer.OrdinalIgnoreCase);
        foreach (System.Reflection.PropertyInfo property in cmdlet.GetProperties().Where(property => property.IsDefined(typeof(ParameterAttribute), inherit: true)))
        {
            taken.Add(property.Name);
            foreach (AliasAttribute alias in property.GetCustomAttributes(typeof(AliasAttribute), inherit: true).Cast<AliasAttribute>())
            {
                taken.UnionWith(alias.AliasNames);
            }
        }

        taken.UnionWith(["vb", "db", "ea", "wa", "infa", "ev", "wv", "iv", "ov", "ob", "pv", "wi", "cf", "proga"]);
        return taken;
    }
}
