using System.Collections.Concurrent;
using System.Reflection;

namespace FlowModule.Engine.Runs;

/// <summary>Reads the result of a .NET task whose type is known only at run time.</summary>
internal static class TaskResult
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo?> Results = new();

    /// <summary>Returns the result of an ended task; false for a task without one.</summary>
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
            // An async method without a result is actually a Task<VoidTaskResult>.
            if (candidate.IsGenericType && candidate.GetGenericTypeDefinition() == typeof(Task<>)
                && candidate.GetGenericArguments()[0].Name != "VoidTaskResult")
            {
                return candidate.GetProperty(nameof(Task<int>.Result));
            }
        }

        return null;
    }
}
