namespace FlowModule.Engine.Storage.Sql;

internal static class SqlSessionExtensions
{
    /// <summary>Returns the number in the first column of the first row; null without one.</summary>
    internal static long? Number(this ISqlSession session, string sql, params ReadOnlySpan<object?> values) =>
        session.Query(sql, static row => row.NumberOrNull(0), values) is [var number, ..] ? number : null;

    /// <summary>Returns the text in the first column of the first row; null without one.</summary>
    internal static string? Text(this ISqlSession session, string sql, params ReadOnlySpan<object?> values) =>
        session.Query(sql, static row => row.TextOrNull(0), values) is [var text, ..] ? text : null;

    internal static T? Single<T>(this ISqlSession session, string sql, Func<SqlRow, T> read, params ReadOnlySpan<object?> values)
        where T : class => session.Query(sql, read, values) is [var found, ..] ? found : null;
}
