using System.Globalization;

namespace FlowModule.Engine.Storage.Sql;

/// <summary>The values of a statement whose text is put together.</summary>
internal sealed class SqlParameters
{
    private readonly List<object?> _values = [];

    internal object?[] Values => [.. _values];

    /// <summary>Adds a value, and returns how the statement names it.</summary>
    internal string Add(object? value)
    {
        _values.Add(value);
        return string.Create(CultureInfo.InvariantCulture, $"${_values.Count}");
    }
}
