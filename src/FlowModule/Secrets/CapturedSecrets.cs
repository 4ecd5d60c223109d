using System.Management.Automation;
using System.Net;
using System.Runtime.CompilerServices;
using System.Security;
using FlowModule.Closures;
using FlowModule.Engine.History;

namespace FlowModule.Secrets;

/// <summary>The passwords in values that a body takes from its caller, other than its input.</summary>
internal static class CapturedSecrets
{
    // A container is searched once, not for each of a thousand runs that use it.
    private static readonly ConditionalWeakTable<object, HashSet<string>> Held = [];

    private static readonly HashSet<string> None = [];

    /// <summary>Adds the secrets in a worker's closure to others.</summary>
    internal static HashSet<string>? In(Closure closure, HashSet<string>? found)
    {
        Add(closure.Variables.Values, ref found);
        Add(closure.SessionVariables.Values, ref found);
        foreach (Dictionary<string, object?> variables in closure.ModuleVariables.Values)
        {
            Add(variables.Values, ref found);
        }

        if (closure.Usings is { } usings)
        {
            Add(usings.Values.Cast<object?>(), ref found);
        }

        return found;
    }

    /// <summary>Registers the secrets that a body, which is about to run in its caller's session, can see there.</summary>
    internal static void Learn(FlowRun run, Flow flow, VariableScope scope)
    {
        if ((run.Recording is null && RunSecrets.HandOver is null) || flow.BodyAst is not { } script)
        {
            return;
        }

        HashSet<string>? found = null;
        ClosurePlan plan = ClosurePlan.For(script);
        Add(plan.Variables.Select(name => scope.Get(name)?.Value), ref found);
        Add(plan.SessionVariables.Select(name => scope.Get(name)?.Value), ref found);
        RunSecrets.Learn(run, found);
    }

    private static void Add(IEnumerable<object?> values, ref HashSet<string>? found)
    {
        foreach (object? value in values)
        {
            object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
            if (bare is null or string or ValueType or ScriptBlock)
            {
                continue;
            }

            HashSet<string> texts = bare is SecureString or PSCredential or NetworkCredential
                ? SecretTexts.In(bare) ?? None
                : Held.GetValue(bare is PSCustomObject ? value! : bare, static held => SecretTexts.In(held) ?? None);
            if (texts.Count > 0)
            {
                (found ??= new HashSet<string>(StringComparer.Ordinal)).UnionWith(texts);
            }
        }
    }
}
