using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Storage.Sql;
using FlowModule.Engine.Tests.Support;
using FlowModule.Sqlite.Tests.Support;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite.Tests;

public sealed class SchemaTests : IDisposable
{
    private readonly TestFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_file_of_the_first_version_opens_with_its_runs_and_gets_the_indexes_of_today()
    {
        Guid[] before = _file.RunMany(3);
        _file.History.Dispose();
        Do("ALTER TABLE run DROP COLUMN host; DROP INDEX run_flow_top; DROP INDEX run_top; CREATE INDEX run_top ON run(id) WHERE parent IS NULL; PRAGMA user_version=1");

        RunHistory history = _file.Open();
        _file.Time.Advance(TimeSpan.FromMilliseconds(1));
        FlowRun run = _file.Run(history: history);
        run.Recording!.Flush();

        Assert.Equal([run.Id, .. before.Reverse()], _file.Ids(history));
        Assert.Equal(SqliteSchema.Version, _file.Ask("PRAGMA user_version"));
        Assert.Equal(1, _file.Ask("SELECT count(*) FROM sqlite_master WHERE name = 'run_flow_top'"));
        Assert.Equal(8, _file.Ask("SELECT count(*) FROM pragma_index_info('run_top')"));
        FileCheck.IsSound(_file.Path, [.. before, run.Id]);
    }

    [Fact]
    public void A_file_of_the_second_version_opens_and_keeps_on_which_machine_a_run_is()
    {
        Guid[] before = _file.RunMany(1);
        _file.History.Dispose();
        Do("ALTER TABLE run DROP COLUMN host; PRAGMA user_version=2");

        RunHistory history = _file.Open();
        FlowRun run = _file.Start(history: history);
        run.HostName = "web1";
        run.Recording!.Renew();
        run.Recording!.Flush();

        Assert.Equal("web1", history.Find(run.Id)!.HostName);
        Assert.Null(history.Find(before[0])!.HostName);
        run.Finish(["result"]);
        run.Recording!.Flush();
        Assert.Equal("web1", history.Find(run.Id)!.HostName);
        Assert.Equal(SqliteSchema.Version, _file.Ask("PRAGMA user_version"));
        FileCheck.IsSound(_file.Path, [.. before, run.Id]);
    }

    [Fact]
    public void A_search_reads_an_index_and_no_row_of_a_run_that_it_does_not_find()
    {
        _file.RunMany(1);
        _file.History.Dispose();
        using var connection = new SqliteConnection($"Data Source={_file.Path};Pooling=False");
        connection.Open();
        SqliteDialect.AddTo(connection);
        using var session = new SqliteSession(connection);
        var parameters = new SqlParameters();
        var filter = new SqlFilter(session.Dialect, parameters);
        filter.Add(new RunQuery { OnlyTop = true, Words = ["nobody", "01a22a30"], States = ["Failed", "Late"], Since = DateTimeOffset.UnixEpoch });

        IReadOnlyList<string> plan = session.Query($"EXPLAIN QUERY PLAN SELECT run.id FROM run {filter} ORDER BY run.id DESC LIMIT 51", static row => row.Text(3), parameters.Values);
        Assert.Contains("COVERING INDEX run_top ", plan[0] + " ", StringComparison.Ordinal);
    }

    private void Do(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_file.Path};Pooling=False");
        connection.Open();
        SqliteSchema.Run(connection, sql);
    }
}
