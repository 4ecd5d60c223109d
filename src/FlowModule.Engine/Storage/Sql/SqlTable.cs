namespace FlowModule.Engine.Storage.Sql;

/// <summary>A table of a history, as it is copied to another one.</summary>
internal sealed class SqlTable
{
    private const char IdMark = '@';

    private readonly string[] _columns;

    /// <param name="name">The table.</param>
    /// <param name="columns">Its columns. Ids of runs and processes have a mark, because not every database has a type for them.</param>
    private SqlTable(string name, string columns)
    {
        Name = name;
        _columns = columns.Split(' ');
        Columns = [.. _columns.Select(static column => column.TrimStart(IdMark))];
    }

    /// <summary>All that is kept of runs and shared by them.</summary>
    internal static IReadOnlyList<SqlTable> Copied { get; } =
    [
        new("script", "hash text"),
        new("flow", "id name script path line tags identity") { IsNumbered = true },
        new("process", "id @key machine pid space birth started has_lock version registered heartbeat ended kill_reason") { IsNumbered = true },
        new(
            "run",
            "@id @parent @root kind name flow process created started ended over type state message changed due attempt errors states key @restart_of schedule tick host"),
        new("state", "@run number time type name message due"),
        new("value", "@run kind text note"),
        new("log", "id @run time level message") { IsNumbered = true },

        // The format of the tables and the validity of their numbers are each database's own.
        new("setting", "name value") { Which = " WHERE name NOT IN ('Format', 'Numbers', 'RunsWatchedUntil')" },
        new("request", "id @run kind text time") { IsNumbered = true },
        new("hook", "@run text"),
        new("run_key", "flow key @run"),
        new("input", "@run name prompt type choices suspends asked answer answered"),
        new("shared_limit", "id key name max_concurrency per_second") { IsNumbered = true },
        new("result", "id key about text size created expires used") { IsNumbered = true },
        new(
            "tick",
            "id key name time missed manual process script script_birth over type state message started ended exit_code late log stop") { IsNumbered = true },
    ];

    /// <summary>The tables with what processes do at this moment. None of it is copied.</summary>
    internal static IReadOnlyList<SqlTable> OfTheMoment { get; } =
    [
        new("claim", "id process state notice") { IsNumbered = true },
        new("slot", "claim shared_limit held turn"),
        new("limit_grant", "shared_limit time"),
        new("result_claim", "id key process") { IsNumbered = true },
    ];

    internal string Name { get; }

    internal IReadOnlyList<string> Columns { get; }

    /// <summary>Whether the database numbers its rows, in the column id.</summary>
    internal bool IsNumbered { get; private init; }

    /// <summary>The condition on the rows that are copied.</summary>
    internal string Which { get; private init; } = string.Empty;

    internal string List => string.Join(", ", Columns);

    /// <summary>The values of a row, as another database takes them.</summary>
    internal object?[] Read(SqlRow row, SqlDialect destination)
    {
        var values = new object?[_columns.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = _columns[i][0] == IdMark ? row.IdOrNull(i) : row.Value(i);
        }

        if (Name == "flow")
        {
            // Databases have different limits for a key.
            values[^1] = SqlFlows.IdentityOf(destination, row.Text(1), row.TextOrNull(2), row.TextOrNull(3), row.NumberOrNull(4), row.TextOrNull(5));
        }

        return values;
    }
}
