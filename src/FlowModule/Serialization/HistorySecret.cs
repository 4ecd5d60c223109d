using System.Collections;
using System.Management.Automation;

namespace FlowModule.Serialization;

/// <summary>Stands for a value that is not kept, among others that are.</summary>
/// <param name="Kind">What it is: "Secret", or why else it is not there.</param>
/// <param name="Note">Why, for people; or null.</param>
internal sealed record HistorySecret(string Kind, string? Note = null)
{
    private const int MaxDepth = 8;

    internal const string TypeName = "FlowModule.NotKept";

    /// <summary>A parameter that is named secret.</summary>
    internal static readonly HistorySecret Parameter = new("Secret");

    /// <summary>Whether a value that was read stands for one that was not kept.</summary>
    internal static bool Is(object? value) => value is PSObject described && described.TypeNames.Contains("Deserialized." + TypeName);

    /// <summary>Whether such a value is it, or in it.</summary>
    internal static bool IsIn(object? value, int depth = 0)
    {
        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        if (bare is null or string || depth > MaxDepth)
        {
            return false;
        }

        return Is(value) || bare switch
        {
            IDictionary table => table.Values.Cast<object?>().Any(item => IsIn(item, depth + 1)),
            IList list => list.Cast<object?>().Any(item => IsIn(item, depth + 1)),
            _ => value is PSObject described && described.Properties.Any(property => property is PSNoteProperty && IsIn(property.Value, depth + 1)),
        };
    }

    /// <summary>Why the value is not there, for people; null for a secret.</summary>
    internal static string? NoteOf(object? value) => Is(value) ? ((PSObject)value!).Properties[nameof(Note)]?.Value as string : null;
}
