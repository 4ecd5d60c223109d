using System.Globalization;
using System.Management.Automation;

namespace FlowModule.FlowHost.StandardCommands;

/// <summary>Compares any two objects as PowerShell's operators do; what has no order is ordered as text.</summary>
internal sealed class ObjectComparer(bool caseSensitive) : IComparer<object?>, IEqualityComparer<object?>
{
    public int Compare(object? x, object? y)
    {
        object? left = Unwrap(x);
        object? right = Unwrap(y);
        if (left is null || right is null)
        {
            return left is null ? (right is null ? 0 : -1) : 1;
        }

        return LanguagePrimitives.TryCompare(left, right, ignoreCase: !caseSensitive, CultureInfo.CurrentCulture, out int order)
            ? order
            : CultureInfo.CurrentCulture.CompareInfo.Compare(Text(left), Text(right), caseSensitive ? CompareOptions.None : CompareOptions.IgnoreCase);
    }

    public new bool Equals(object? x, object? y) => Compare(x, y) == 0;

    // Numbers of different types are equal, and so are a number and its text: only a text's hash serves all of them.
    public int GetHashCode(object? obj) => StringComparer.OrdinalIgnoreCase.GetHashCode(Text(obj));

    private static string Text(object? value) => PSObject.AsPSObject(value ?? string.Empty).ToString();

    private static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject is PSCustomObject ? wrapped : wrapped.BaseObject : value;
}
