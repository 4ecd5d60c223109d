using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage.Sql;

/// <summary>
/// A connection to a database with the tables of a history. Statements have parameters <c>$1</c>, <c>$2</c> and so on; all members throw
/// <see cref="HistoryException"/>, and any thread may call them: each waits for the transaction of another.
/// </summary>
internal interface ISqlSession
{
    SqlDialect Dialect { get; }

    /// <summary>Executes a statement, and returns how many rows it has changed.</summary>
    int Run(string sql, params ReadOnlySpan<object?> values);

    /// <summary>Like <see cref="Run"/>, for a change of which no other process needs to be told.</summary>
    int RunQuietly(string sql, params ReadOnlySpan<object?> values) => Run(sql, values);

    /// <summary>Executes statements, in one round trip if the database is across a network.</summary>
    void RunAll(IReadOnlyList<(string Sql, object?[] Values)> statements);

    /// <summary>Returns the rows of a statement.</summary>
    IReadOnlyList<T> Query<T>(string sql, Func<SqlRow, T> read, params ReadOnlySpan<object?> values);

    /// <summary>
    /// Runs an action as a transaction: others see all of its changes or none, and no other transaction of the same area goes on meanwhile. The action may be
    /// run again if the database asks for that, so it must not rely on what an earlier try has left.
    /// </summary>
    void InTransaction(SqlArea area, Action action);
}

/// <summary>What is changed by one process at a time. A database with one writer needs no difference.</summary>
internal enum SqlArea
{
    Runs = 1,
    Limits = 2,
    Results = 3,
    Schedules = 4,
    Keys = 5,
    Retention = 6,
}

/// <summary>Writes rows of runs, and knows the numbers that this process has in the database.</summary>
internal interface ISqlRunWriter
{
    /// <summary>The number of this process. It must be registered first.</summary>
    long Process { get; set; }

    /// <summary>The number of this process, or <see cref="SqlProcesses.NoProcess"/> before it is registered.</summary>
    long ProcessOrNone { get; }

    /// <summary>Writes a batch in the current transaction, which is of <see cref="SqlArea.Runs"/>.</summary>
    void WriteInside(HistoryBatch batch);

    /// <summary>Announces, in the transaction that removes flows and processes, that their numbers are invalid.</summary>
    void ForgetNumbers();
}
