using System.Collections;
using System.Collections.Specialized;
using System.Management.Automation;
using FlowModule.Closures;

namespace FlowModule.Parameters;

/// <summary>Handles of tasks in the input of tasks and subflows: these wait for the tasks, and receive their results instead.</summary>
internal static class TaskHandles
{
    /// <summary>The tasks in an input, also inside arrays and tables, and those already known. Each once.</summary>
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

    /// <summary>Replaces the handles in a run's input by the results, and binds the input.</summary>
    /// <exception cref="FlowException">A result is invalid for its parameter.</exception>
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
        // Most inputs contain no handles.
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

    // A null result replaces its handle too.
    private static object? WithResults(object? value) => HeldValues.Replace(
        value, static item => IsHandle(item) ? ((FlowRun)item).State is { IsCompleted: true } state ? state.Result! : ((FlowRun)item).State : item);

    private static bool IsHandle(object item) => item is FlowRun { Kind: RunKind.Task };
}
