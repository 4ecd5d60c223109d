using System.Globalization;

namespace FlowModule.Engine.Storage.Sql;

/// <summary>Values as they are stored: numbers, texts, bytes and ids.</summary>
internal static class SqlValue
{
    /// <summary>A value as a number, a text, bytes, an id or null.</summary>
    internal static object? Of(object? value) => value switch
    {
        DateTimeOffset time => SqlTime.From(time),
        bool flag => flag ? 1L : 0L,
        Enum or int => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        _ => value,
    };
}
