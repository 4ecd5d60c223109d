using System.Text;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage.Sql;

/// <summary>A query for runs as a WHERE clause.</summary>
internal sealed class SqlFilter(SqlDialect dialect, SqlParameters parameters)
{
    // What the name of a state's type is, in SQL.
    private static readonly string TypeName = $"CASE run.type {string.Concat(Enum.GetValues<StateType>().Select(type => $"WHEN {(int)type} THEN '{type}' "))}END";

    private readonly StringBuilder _text = new();

    internal void Add(RunQuery query)
    {
        // Ids not as an OR of each: SQLite takes a thousand of those at the most.
        string[] ids = query.Ids.Count == 0 ? [] : [$"run.id IN ({string.Join(',', query.Ids.Select(id => Value(id)))})"];
        AnyOf([.. ids, .. query.Names.Select(name => Like("run.name", name))], static which => which);
        if (query.IdRange is { } range)
        {
            Add(IsIn(range));
        }

        AnyOf(query.FlowNames, name => $"run.flow IN (SELECT id FROM flow WHERE {Like("name", name)})");
        foreach (string tag in query.Tags)
        {
            Add($"run.flow IN (SELECT id FROM flow WHERE {dialect.Matches("tags", Value(NamePattern.OfLine(tag, dialect.TextEnd)))})");
        }

        AnyOf(query.Schedules, name => Like("run.schedule", name));
        if (query.Tick is { } tick)
        {
            Add($"run.tick = {Value(tick)}");
        }

        AnyOf(query.States, StateIs);
        AnyOf(query.Kinds, static kind => $"run.kind = {(int)kind}");
        if (query.Parent is { } parent)
        {
            Add($"run.parent = {Value(parent)}");
        }

        if (query.Tree is { } tree)
        {
            Add($"run.id IN ({SqlReader.Inside(Value(tree))})");
        }

        if (query.Since is { } since)
        {
            Add($"run.id >= {Value(SqlTime.FirstIdAt(since))}");
        }

        if (query.Before is { } before)
        {
            Add($"run.id < {Value(SqlTime.FirstIdAt(before))}");
        }

        if (query.Below is { } below)
        {
            Add($"run.id < {Value(below)}");
        }

        foreach (string word in query.Words)
        {
            Add(Holds(word));
        }

        if (query.OnlyTop)
        {
            Add("run.parent IS NULL");
        }

        if (query.OnlyOpen)
        {
            Add("run.over = 0");
        }
    }

    public override string ToString() => _text.ToString();

    private void Add(string condition) => _text.Append(_text.Length == 0 ? "WHERE " : " AND ").Append('(').Append(condition).Append(')');

    private void AnyOf<T>(IReadOnlyList<T> values, Func<T, string> condition)
    {
        if (values.Count > 0)
        {
            Add(string.Join(" OR ", values.Select(condition)));
        }
    }

    /// <summary>Whether a word is in one of the columns that a person sees.</summary>
    private string Holds(string word)
    {
        string like = $"{dialect.Like} {Value(SqlPattern.Containing(word))} ESCAPE '\\'";
        string types = string.Join(',', Enum.GetValues<StateType>().Where(type => type.ToString().Contains(word, StringComparison.OrdinalIgnoreCase)).Select(static type => (int)type));
        return string.Join(
            " OR ",
            [
                $"run.name {like}",
                $"run.message {like}",
                $"run.state {like}",
                .. types.Length > 0 ? [$"run.state IS NULL AND run.type IN ({types})"] : Array.Empty<string>(),
                $"run.schedule {like}",
                $"run.flow IN (SELECT id FROM flow WHERE name {like} OR tags {like} OR path {like})",
                .. RunIdRange.TryParse(word, out RunIdRange range) ? [IsIn(range)] : Array.Empty<string>(),
            ]);
    }

    private string StateIs(string state) =>
        Enum.TryParse(state, ignoreCase: true, out StateType type) && Enum.IsDefined(type)
            ? $"run.type = {(int)type}"
            : $"{Like("run.state", state)} OR {Like(TypeName, state)}";

    private string IsIn(RunIdRange range) => $"run.id BETWEEN {Value(range.First)} AND {Value(range.Last)}";

    /// <summary>A pattern of PowerShell's as one of SQL's; a plain word as an equality, which an index serves.</summary>
    private string Like(string column, string pattern)
    {
        if (pattern.IndexOfAny(['*', '?', '[', '`']) < 0)
        {
            return dialect.IsSame(column, Value(pattern));
        }

        // A name may hold brackets itself.
        return pattern.IndexOfAny(['[', '`']) < 0
            ? $"{column} {dialect.Like} {Value(SqlPattern.Like(pattern))} ESCAPE '\\'"
            : $"({dialect.IsSame(column, Value(pattern))} OR {dialect.Matches(column, Value(NamePattern.OfText(pattern, dialect.TextEnd)))})";
    }

    private string Value(object value) => parameters.Add(value);
}
