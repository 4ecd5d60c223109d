using System.Collections;
using System.Management.Automation;

namespace FlowModule.Serialization;

/// <summary>A placeholder for a value that is not stored, within a value that is.</summary>
/// <param name="Kind">"Secret", or another reason why the value is missing.</param>
/// <param name="Note">The reason for display, or null.</param>
internal sealed record HistorySecret(string Kind, string? Note = null)
{
    private const int MaxDepth = 8;

    internal const string TypeName = "FlowModule.NotKept";

    /// <summary>The placeholder for a secret parameter.</summary>
    internal static readonly HistorySecret Parameter = new("Secret");

    /// <summary>Whether a decoded value is such a placeholder.</summary>
    internal static bool Is(object? value) => value is PSObject described && described.TypeNames.Contains("Deserialized." + TypeName);

    /// <summary>Whether a decoded value is or contains such a placeholder.</summary>
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

    /// <summary>Why the value is missing, for display; null for a secret.</summary>
    internal static string? NoteOf(object? value) => Is(value) ? ((PSObject)value!).Properties[nameof(Note)]?.Value as string : null;
}
