using System.Collections;
using System.Collections.Specialized;

namespace FlowModule.Hosting;

/// <summary>Tasks that were started, given as input to others: those wait for them, and get their results in their place.</summary>
internal static class TaskHandles
{
    /// <summary>The tasks in an input, also inside arrays and tables, and those named beside it. Each once.</summary>
    internal static FlowRun[] In(IDictionary? parameters, object? item, FlowRun[] dependsOn)
    {
        HashSet<FlowRun>? found = dependsOn.Length == 0 ? null : [.. dependsOn];
        foreach (object? value in parameters?.Values ?? Array.Empty<object>())
        {
            Collect(value, ref found);
        }

        Collect(item, ref found);
        return found is null ? [] : [.. found];
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
