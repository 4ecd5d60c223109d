using System.Collections;
using System.Management.Automation;

namespace FlowModule.Hosting.History;

/// <summary>How deep plain data nests, and whether it is hopelessly large: found before the serializer spends its time on it.</summary>
internal static class HistoryValueDepth
{
    private const int Deepest = 20;

    /// <summary>The nesting of arrays, tables and custom objects around whatever is in them; negative when it holds more than so many characters.</summary>
    internal static int Of(object? value, int budget)
    {
        long left = budget;
        int depth = Walk(value, 0, ref left);
        return left < 0 ? int.MinValue / 2 : depth;
    }

    private static int Walk(object? value, int depth, ref long left)
    {
        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        left -= bare is string text ? text.Length : 1;
        if (left < 0 || depth >= Deepest)
        {
            return depth;
        }

        switch (bare)
        {
            case byte[] bytes:
                left -= bytes.Length * 4L / 3;
                return depth;
            case PSCustomObject when value is PSObject custom:
                int inside = depth;
                foreach (PSPropertyInfo property in custom.Properties)
                {
                    if (property is PSNoteProperty)
                    {
                        inside = Math.Max(inside, Walk(property.Value, depth + 1, ref left));
                    }
                }

                return inside;
            case IDictionary table:
                return Items(table.Values, depth, ref left);
            case IList list:
                return Items(list, depth, ref left);
            default:
                return depth;
        }
    }

    private static int Items(IEnumerable items, int depth, ref long left)
    {
        int inside = depth + 1;
        foreach (object? item in items)
        {
            inside = Math.Max(inside, Walk(item, depth + 1, ref left));
            if (left < 0)
            {
                break;
            }
        }

        return inside;
    }
}
