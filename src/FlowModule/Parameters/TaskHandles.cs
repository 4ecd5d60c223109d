using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using FlowModule.Closures;

namespace FlowModule.Parameters;

/// <summary>Tasks that were started, given as input to tasks and subflows: those wait for them, and get their results in their place.</summary>
internal static class TaskHandles
{
    /// <summary>The tasks in an input, also inside arrays and tables, and those known beside it. Each once.</summary>
    internal static FlowRun[] In(IDictionary? parameters, object? item, FlowRun[] known)
    {
        HashSet<FlowRun>? found = null;
        foreach (object? value in parameters?.Values ?? Array.Empty<object>())
        {
            Collect(value, ref found);
        }

        Collect(item, ref found);
        if (found is null)
        {
            return known;
        }

        found.UnionWith(known);
        return [.. found];
    }

    /// <summary>Puts the results into a run's input and binds it.</summary>
    /// <exception cref="FlowException">A result does not fit its parameter.</exception>
    internal static void Resolve(FlowRun run)
    {
        var parameters = new OrderedDictionary(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry parameter in run.Parameters)
        {
            parameters[parameter.Key] = WithResults(parameter.Value);
        }

        object? item = WithResults(run.InputObject);
        run.Parameters = FlowSignature.Of((Flow)run.Flow).Bind((Flow)run.Flow, parameters, item);
        run.InputObject = item;
    }

    private static void Collect(object? value, ref HashSet<FlowRun>? found)
    {
        // Most inputs hold nothing.
        if ((value is PSObject wrapped ? wrapped.BaseObject : value) is null or string or ValueType)
        {
            return;
        }

        HashSet<FlowRun>? known = found;
        HeldValues.Any(value, item =>
        {
            if (IsHandle(item))
            {
                (known ??= []).Add((FlowRun)item);
            }

            return false;
        });
        found = known;
    }

    // A null result takes the handle's place as well as any other.
    private static object? WithResults(object? value) => HeldValues.Replace(
        value, static item => IsHandle(item) ? ((FlowRun)item).State is { IsCompleted: true } state ? state.Result! : ((FlowRun)item).State : item);

    private static bool IsHandle(object item) => item is FlowRun { Kind: RunKind.Task };
}
