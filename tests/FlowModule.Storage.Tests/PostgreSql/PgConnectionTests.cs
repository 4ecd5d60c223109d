using System.Globalization;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Storage.Sql;
using FlowModule.PostgreSql;
using FlowModule.Storage.Tests.Contract;
using FlowModule.Storage.Tests.Support;

namespace FlowModule.Storage.Tests.PostgreSql;

/// <summary>Connections that are lost or shared, and transactions that have to be done again.</summary>
public sealed class PgConnectionTests : StoreContract<PostgreSqlOpener>
{
    private static PostgreSqlServer Server => PostgreSqlServer.Instance;

    private string Schema => Address.Place.Split("schema=")[1];

    [PostgreSqlFact]
    public void ATransactionThatIsInTheWayOfAnotherIsDoneAgain()
    {
        int tries = 0;
        Open();
        using var session = new PgSession(PgPlace.Of(Address), "test");

        session.InTransaction(SqlArea.Runs, () =>
        {
            session.Run("INSERT INTO setting(name, value) VALUES('key', $1)", string.Create(CultureInfo.InvariantCulture, $"try {++tries}"));
            if (tries < 3)
            {
                session.Run($"DO $$ BEGIN RAISE SQLSTATE '{(tries == 1 ? "40001" : "40P01")}'; END $$");
            }
        });

        Assert.Equal("try 3", Server.Run($"SELECT value FROM {Schema}.setting WHERE name = 'key'"));
    }

    [PostgreSqlFact]
    public void WhetherATransactionIsKeptIsInTheDatabase()
    {
        using IHistoryStore store = Backend.Open(Address, Time).Store;
        using var session = new PgSession(PgPlace.Of(Address), "test");
        using var other = new PgSession(PgPlace.Of(Address), "other");
        var commit = new PgCommit();

        session.RunAll([commit.Next()]);
        Assert.True(commit.WasKept(other));

        commit.Next();
        Assert.False(commit.WasKept(other));

        // One that the server still has is waited for.
        Task<bool>? answer = null;
        session.InTransaction(SqlArea.Runs, () =>
        {
            session.RunAll([commit.Next()]);
            answer = Task.Run(() => commit.WasKept(other));
            Assert.True(SpinWait.SpinUntil(() => Server.Run("SELECT count(*) FROM pg_locks WHERE NOT granted") != "0", TimeSpan.FromMinutes(2)));
            Assert.False(answer.IsCompleted);
        });
        Assert.True(answer!.GetAwaiter().GetResult());
    }

    [PostgreSqlFact]
    public void ATransactionThatIsSaidNotToBeKeptCannotBeKeptLater()
    {
        using IHistoryStore store = Backend.Open(Address, Time).Store;
        using var session = new PgSession(PgPlace.Of(Address), "test");
        using var other = new PgSession(PgPlace.Of(Address), "other");
        var commit = new PgCommit();
        session.RunAll([commit.Next()]);
        (string Sql, object?[] Values) late = commit.Next();

        Assert.False(commit.WasKept(other));
        Assert.False(commit.WasKept(other));
        Assert.Throws<HistoryException>(() => session.RunAll([late]));
        Assert.False(commit.WasKept(other));

        session.RunAll([commit.Next()]);
        Assert.True(commit.WasKept(other));
    }

    [PostgreSqlFact]
    public void ABatchThatWaitsOnTheServerWhenItsConnectionIsLostIsNotWrittenLater()
    {
        const int Columns = 43;
        using IHistoryStore store = Backend.Open(Address, Time).Store;
        store.Processes.Register(NewProcess());
        RunRow run = Start(store);
        var place = PgPlace.Of(Address);
        using var session = new PgSession(place, "test");
        using var other = new PgSession(place, "other");
        using var writer = new PgSession(place, "writer");
        var commit = new PgCommit();
        object?[] values = [.. commit.Next().Values, place.Number];
        string[] line = [$"ARRAY['{run.Id}'::uuid]", "'{1}'", "'{1}'", "'{line}'"];
        string call =
            $"SELECT record_runs($3, (SELECT value FROM setting WHERE name = '{PgRunWriter.Numbers}'), $1, $2, 'channel', 'writer', {string.Join(", ", [.. Enumerable.Repeat("'{}'", Columns - line.Length), .. line])})";
        Task? late = null;

        // The writer waits for the lock of the log when it is asked whether its batch is kept.
        session.InTransaction(SqlArea.Runs, () =>
        {
            session.RunAll([("SELECT pg_advisory_xact_lock($1::int, $2::int)", [place.Number, (long)PgLocks.Log])]);
            late = Task.Run(() => writer.RunAll([(call, values)]));
            Assert.True(SpinWait.SpinUntil(() => Server.Run("SELECT count(*) FROM pg_locks WHERE NOT granted") != "0", TimeSpan.FromMinutes(2)));
            Assert.False(commit.WasKept(other));
        });

        Assert.Contains("it was done again", Assert.Throws<HistoryException>(() => late!.GetAwaiter().GetResult()).Message, StringComparison.Ordinal);
        Assert.Equal("0", Server.Run($"SELECT count(*) FROM {Schema}.log"));
    }

    [PostgreSqlFact]
    public void TablesThatAreOldAreForTheirOwnerToBringUpToDate()
    {
        Open();
        Server.Run(
            $"""
            CREATE ROLE {Schema}_guest LOGIN; GRANT USAGE, CREATE ON SCHEMA {Schema} TO {Schema}_guest; GRANT ALL ON ALL TABLES IN SCHEMA {Schema} TO {Schema}_guest;
            DROP INDEX {Schema}.pool_frame_run; DROP FUNCTION {Schema}.record_runs; DROP FUNCTION {Schema}.note_commit; UPDATE {Schema}.setting SET value = '5' WHERE name = 'Format'
            """);

        HistoryException refused = Assert.Throws<HistoryException>(() => Backend.Open(HistoryAddress.Parse(Server.Address(Schema, Schema + "_guest")), Time));

        Assert.Contains($"the role \"{Schema}_guest\" may not bring its tables up to date. Open it once with this version of FlowModule as their owner", refused.Message, StringComparison.Ordinal);
    }

    [PostgreSqlFact]
    public void ATransactionWhoseConnectionIsLostWhileItIsCommittedIsDoneOnce()
    {
        int tries = 0;
        HistoryAddress address = HistoryAddress.Parse(Server.AddressOfOwnRole(Schema));
        using (Backend.Open(address, Time).Store)
        {
            Server.Run($"CREATE TABLE {Schema}.cut(id int)");
            Server.CutFirstCommit(Schema, "cut");
            using var session = new PgSession(PgPlace.Of(address), "test");

            session.InTransaction(SqlArea.Runs, () =>
            {
                tries++;
                session.Run("INSERT INTO cut VALUES(1)");
            });
        }

        Assert.Equal((2, "1"), (tries, Server.Run($"SELECT count(*) FROM {Schema}.cut")));
    }

    [PoolerFact]
    public void APoolerThatSharesConnectionsIsRefusedAndOneThatKeepsThemIsNot()
    {
        Open();
        using (var shared = new PgBouncer(Server.Folder, "transaction"))
        {
            HistoryException refused = Assert.Throws<HistoryException>(() => Backend.Open(HistoryAddress.Parse(shared.Address(Schema)), Time));
            Assert.Contains("a pooler in transaction mode", refused.Message, StringComparison.Ordinal);
        }

        using var kept = new PgBouncer(Server.Folder, "session");
        using IHistoryStore store = Backend.Open(HistoryAddress.Parse(kept.Address(Schema)), Time).Store;
        Assert.Empty(store.FlowNames());
    }
}
