using System.Collections.Concurrent;
using System.Reflection;

namespace FlowModule.Engine.Runs;

/// <summary>Reads the result of a task whose type is known only at run time.</summary>
internal static class TaskResult
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo?> Results = new();

    /// <summary>Gives the result of an ended task; false for a task that has none.</summary>
    internal static bool TryGet(Task task, out object? value)
    {
        PropertyInfo? result = Results.GetOrAdd(task.GetType(), FindResult);
        value = result?.GetValue(task);
        return result is not null;
    }

    private static PropertyInfo? FindResult(Type type)
    {
        for (Type? candidate = type; candidate is not null; candidate = candidate.BaseType)
        {
            // An async method that returns no value is, underneath, a Task<VoidTaskResult>.
            if (candidate.IsGenericType && candidate.GetGenericTypeDefinition() == typeof(Task<>)
                && candidate.GetGenericArguments()[0].Name != "VoidTaskResult")
            {
                return candidate.GetProperty(nameof(Task<int>.Result));
            }
        }

        return null;
    }
}
