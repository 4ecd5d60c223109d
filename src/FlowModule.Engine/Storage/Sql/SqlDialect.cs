namespace FlowModule.Engine.Storage.Sql;

/// <summary>The few things that databases say differently. All else is standard enough for each of them.</summary>
internal abstract class SqlDialect
{
    /// <summary>The operator for patterns with % and _, in any case.</summary>
    internal abstract string Like { get; }

    /// <summary>What is appended to a query of rows that are changed afterwards in the same transaction.</summary>
    internal abstract string ForUpdate { get; }

    /// <summary>Whether a name is the same in any case; an index serves it.</summary>
    internal abstract string IsSame(string column, string parameter);

    /// <summary>Joins each row with the ids that a query returns for it.</summary>
    internal abstract string JoinEach(string name, string query);

    /// <summary>Whether a text matches a regular expression of <see cref="NamePattern"/>, in any case.</summary>
    internal abstract string Matches(string column, string parameter);

    /// <summary>What an INSERT says, before its values, whose numbers are not to be given by the database.</summary>
    internal abstract string WithNumbers { get; }

    /// <summary>A query for the last number that the rows of a table have had; null if there was none.</summary>
    internal abstract string LastNumber(string table);

    /// <summary>The statements after which the next row of a table has a larger number than this.</summary>
    internal abstract IReadOnlyList<(string Sql, object?[] Values)> SetLastNumber(string table, long number);

    /// <summary>A text as the key of an index, which may have to be short.</summary>
    internal virtual string AsKey(string text) => text;

    /// <summary>A column as a value that no index serves.</summary>
    internal virtual string Unindexed(string column) => column;

    /// <summary>How a regular expression says the end of a text.</summary>
    internal virtual string TextEnd => @"\z";
}
