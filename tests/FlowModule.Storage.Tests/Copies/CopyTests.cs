using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Storage.Sql;
using FlowModule.Sqlite;
using FlowModule.Storage.Tests.Contract;
using FlowModule.Storage.Tests.PostgreSql;

namespace FlowModule.Storage.Tests.Copies;

/// <summary>A history is copied whole to another database, or not at all.</summary>
public sealed class CopyTests : StoreContract<SqliteOpener>
{
    private readonly List<IDisposable> _others = [];

    [PostgreSqlFact]
    public void A_history_comes_back_from_a_server_as_it_was()
    {
        CopyRows.Fill(this);
        string[] rows = CopyRows.Of(Own);
        IHistoryStore server = New<PostgreSqlOpener>(), back = New<SqliteOpener>();

        Copy(Own, server);
        Copy(server, back);

        Assert.Equal(rows, CopyRows.Of(server));
        Assert.Equal(rows, CopyRows.Of(back));
        Assert.Equal(rows, CopyRows.Of(Own));
    }

    [Fact]
    public void A_file_is_copied_to_another_one()
    {
        CopyRows.Fill(this);
        string[] rows = CopyRows.Of(Own);
        IHistoryStore other = New<SqliteOpener>();

        Copy(Own, other);

        Assert.Equal(rows, CopyRows.Of(other));
        Assert.Equal(rows, CopyRows.Of(Own));
        Assert.Equal(7L, Session(other).Number("SELECT bytes FROM result_total"));
    }

    [Fact]
    public void New_rows_of_a_copied_file_have_new_numbers()
    {
        CopyRows.Fill(this);
        CheckNumbers(New<SqliteOpener>());
    }

    [PostgreSqlFact]
    public void New_rows_of_a_copy_on_a_server_have_new_numbers()
    {
        CopyRows.Fill(this);
        CheckNumbers(New<PostgreSqlOpener>());
    }

    [Fact]
    public void What_processes_do_at_the_moment_is_not_copied()
    {
        Own.Limits.Do([new LimitCommand.Set("limit", 1, 1), new LimitCommand.Request(["limit"])]);
        IHistoryStore other = New<SqliteOpener>();

        Copy(Own, other);

        Assert.Equal([1, 1, 1], Counts(Own, "claim", "slot", "limit_grant"));
        Assert.Equal([0, 0, 0, 1, 1], Counts(other, "claim", "slot", "limit_grant", "shared_limit", "process WHERE ended IS NOT NULL"));
    }

    [Fact]
    public void A_history_is_not_copied_over_runs()
    {
        Run(Own);
        IHistoryStore other = New<SqliteOpener>();
        other.Processes.Register(NewProcess());
        RunRow theirs = Run(other);
        other.Processes.End(hasRecorded: true);

        Assert.Equal(HistoryFault.NotEmpty, Assert.Throws<HistoryException>(() => Copy(Own, other)).Kind);
        Assert.Equal([theirs.Id], Ids(other, new RunQuery()));
    }

    [Fact]
    public void A_destination_whose_runs_were_removed_is_free_and_one_that_a_process_uses_is_not()
    {
        CopyRows.Fill(this);
        IHistoryStore other = New<SqliteOpener>();
        other.Processes.Register(NewProcess());
        RunRow theirs = Run(other);
        other.Retention.Remove([theirs.Id], 0);
        Assert.Equal(HistoryFault.InUse, Assert.Throws<HistoryException>(() => Copy(Own, other)).Kind);
        other.Processes.End(hasRecorded: true);

        Copy(Own, other);

        Assert.Equal(CopyRows.Of(Own), CopyRows.Of(other));
    }

    [Fact]
    public void While_a_run_goes_on_its_history_is_not_copied_but_one_that_is_suspended_does_not_matter()
    {
        RunRow run = Start(Own);
        IHistoryStore other = New<SqliteOpener>();
        Assert.Equal(HistoryFault.InUse, Assert.Throws<HistoryException>(() => Copy(Own, other)).Kind);
        Assert.Equal([0, 0], Counts(other, "run", "process"));

        Write(Own, To(run, 2, StateType.Paused, "Suspended", start: new RunStart(), isOver: true));
        Copy(Own, other);

        Assert.Equal("Suspended", Find(other, run).State.Name);
    }

    [Fact]
    public void Nothing_is_in_a_file_if_the_copy_is_stopped() => CheckStop(New<SqliteOpener>());

    [PostgreSqlFact]
    public void Nothing_is_on_a_server_if_the_copy_is_stopped() => CheckStop(New<PostgreSqlOpener>());

    [Fact]
    public void A_copy_that_lacks_rows_is_not_kept_and_the_error_says_which()
    {
        CopyRows.Fill(this);
        IHistoryStore other = New<SqliteOpener>();
        Session(other).Run("CREATE TRIGGER lossy BEFORE INSERT ON log WHEN new.id = 2 BEGIN SELECT RAISE(IGNORE); END");

        HistoryException exception = Assert.Throws<HistoryException>(() => Copy(Own, other));

        Assert.Equal(HistoryFault.Incomplete, exception.Kind);
        Assert.Contains($"log ({CopyRows.Lines - 1} of {CopyRows.Lines} rows)", exception.Message, StringComparison.Ordinal);
        Assert.Equal([0, 0, 0], Counts(other, "run", "log", "process"));
    }

    [Fact]
    public void All_columns_of_a_file_are_known() =>
        CheckColumns(Own, "SELECT m.name, c.name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'");

    [PostgreSqlFact]
    public void All_columns_of_a_database_on_a_server_are_known() => CheckColumns(
        New<PostgreSqlOpener>(), "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = current_schema() AND table_name NOT LIKE 'pool%' AND table_name <> 'last_commit'");

    protected override void Dispose(bool isDisposing)
    {
        _others.ForEach(static other => other.Dispose());
        base.Dispose(isDisposing);
    }

    private static ISqlSession Session(IHistoryStore store) => ((SqlHistoryStore)store).Session;

    private static void Copy(IHistoryStore from, IHistoryStore to, Action<CopyProgress>? tell = null, CancellationToken cancellationToken = default) =>
        ((SqlHistoryStore)to).CopyFrom((SqlHistoryStore)from, tell ?? (static _ => { }), cancellationToken);

    private static long[] Counts(IHistoryStore store, params string[] tables) => [.. tables.Select(table => Session(store).Number($"SELECT count(*) FROM {table}")!.Value)];

    /// <summary>One row of each table is written anew there, with the number that the database has for it.</summary>
    private void CheckNumbers(IHistoryStore other)
    {
        // The last number was of a row that is gone.
        Own.Processes.Register(NewProcess());
        Own.Processes.End(hasRecorded: false);

        Copy(Own, other);

        Assert.All(SqlTable.Copied.Where(static table => table.IsNumbered), table =>
        {
            long last = Session(Own).Number(SqliteDialect.Instance.LastNumber(table.Name))!.Value;
            object?[] row = Session(other).Query($"SELECT {table.List} FROM {table.Name} ORDER BY id LIMIT 1", found => table.Read(found, Session(other).Dialect))[0];
            Session(other).Run($"DELETE FROM {table.Name} WHERE id = $1", row[0]);
            var parameters = new SqlParameters();
            string values = string.Join(", ", row[1..].Select(parameters.Add));

            long number = Session(other).Number($"INSERT INTO {table.Name}({string.Join(", ", table.Columns.Skip(1))}) VALUES({values}) RETURNING id", parameters.Values)!.Value;

            Assert.True(number > last, $"{table.Name}: {number} after {last}");
        });
        Assert.Equal(4L, Session(Own).Number(SqliteDialect.Instance.LastNumber("process")));
    }

    private void CheckStop(IHistoryStore other)
    {
        CopyRows.Fill(this);
        using var stop = new CancellationTokenSource();

        Assert.ThrowsAny<OperationCanceledException>(() => Copy(
            Own, other,
            progress =>
            {
                if (progress.Table == "log")
                {
                    stop.Cancel();
                }
            },
            stop.Token));
        Assert.Equal([0, 0, 0, 0], Counts(other, "run", "process", "log", "script"));

        // And it can be done again.
        long done = 0, total = 0;
        Copy(Own, other, progress => (done, total) = (progress.Done, progress.Total));
        Assert.Equal(CopyRows.Of(Own), CopyRows.Of(other));
        Assert.Equal((CopyRows.Of(Own).Length, total), (total, done));
    }

    private static void CheckColumns(IHistoryStore store, string sql)
    {
        string[] known = [.. SqlTable.Copied.Concat(SqlTable.OfTheMoment).SelectMany(static table => table.Columns.Select(column => $"{table.Name}.{column}"))];
        IEnumerable<string> there = Session(store).Query(sql, static row => $"{row.Text(0)}.{row.Text(1)}").Except(["turn.last", "result_total.bytes"]);

        Assert.Equal(known.Order(StringComparer.Ordinal), there.Order(StringComparer.Ordinal));
    }

    private IHistoryStore New<TOpener>()
        where TOpener : class, new()
    {
        var opener = (IStoreOpener)new TOpener();
        IHistoryStore store = opener.Backend.Open(opener.Address, Time).Store;
        _others.AddRange([store, opener]);
        return store;
    }
}
