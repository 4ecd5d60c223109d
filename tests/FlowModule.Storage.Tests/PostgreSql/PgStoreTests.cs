using System.Globalization;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Leases;
using FlowModule.Engine.Storage.Rows;
using FlowModule.PostgreSql;
using FlowModule.Storage.Tests.Contract;
using FlowModule.Storage.Tests.Support;
using Npgsql;

namespace FlowModule.Storage.Tests.PostgreSql;

/// <summary>What is special to a history on a server.</summary>
public sealed class PgStoreTests : StoreContract<PostgreSqlOpener>
{
    private static PostgreSqlServer Server => PostgreSqlServer.Instance;

    private string Schema => Address.Place.Split("schema=")[1];

    [PostgreSqlFact]
    public void TablesOfANewerVersionAreRefused()
    {
        Open();
        Server.Run($"UPDATE {Schema}.setting SET value = '1000' WHERE name = 'Format'");

        Assert.Equal(HistoryFault.TooNew, Assert.Throws<HistoryException>(() => Open()).Kind);
    }

    [PostgreSqlFact]
    public void TablesOfOthersAreRefused()
    {
        Server.Run($"CREATE SCHEMA {Schema}; CREATE TABLE {Schema}.setting(name text, value text)");

        Assert.Contains("are no history of FlowModule", Assert.Throws<HistoryException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [PostgreSqlFact]
    public void SeveralProcessesMakeTheTablesOnce()
    {
        using IHistoryStore first = Backend.Open(Address, Time).Store;
        Parallel.For(0, 8, _ => Backend.Open(HistoryAddress.Parse(Server.Address(Schema + "_more")), Time).Store.Dispose());

        Assert.Equal(PgSchema.Version.ToString(CultureInfo.InvariantCulture), Server.Run($"SELECT value FROM {Schema}_more.setting WHERE name = 'Format'"));
    }

    [PostgreSqlFact]
    public void TablesOfTheSecondVersionAreBroughtUpToDateWithTheirRuns()
    {
        RunRow run;
        using (IHistoryStore before = Backend.Open(Address, Time).Store)
        {
            before.Processes.Register(NewProcess());
            run = Run(before);
        }

        Server.Run($"ALTER TABLE {Schema}.run DROP COLUMN host; ALTER TABLE {Schema}.pool_worker DROP COLUMN runs; DROP TABLE {Schema}.last_commit; DROP INDEX {Schema}.pool_frame_run; DROP FUNCTION {Schema}.record_runs; DROP FUNCTION {Schema}.note_commit; UPDATE {Schema}.setting SET value = '2' WHERE name = 'Format'");

        using IHistoryStore store = Backend.Open(Address, Time).Store;
        Assert.Null(Assert.Single(store.Find(new RunQuery { Ids = [run.Id] })).HostName);
        Assert.Equal(PgSchema.Version.ToString(CultureInfo.InvariantCulture), Server.Run($"SELECT value FROM {Schema}.setting WHERE name = 'Format'"));
    }

    [PostgreSqlFact]
    public void WhatWorkersStillExecuteForDeadCallersIsKeptHoweverLongAgoItWasAskedFor()
    {
        using ILeaseStore store = Backend.LeasesAt(Address)!;
        LeaseRow[] leases = [.. Enumerable.Range(0, 2).Select(static _ => new LeaseRow(Guid.NewGuid(), Guid.NewGuid(), "queue"))];
        Array.ForEach(leases, store.Ask);
        Server.Run($"UPDATE {Schema}.pool_lease SET asked = asked - 172800000000");

        // As soon as the server is old enough to be believed, those are removed that nobody serves.
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                store.Clean(TimeSpan.FromDays(1), [leases[0].Id]);
                return store.Look([leases[1].Id]).Count == 0;
            },
            TimeSpan.FromMinutes(2)));
        store.Clean(TimeSpan.FromDays(1), []);
        Assert.Single(store.Look([leases[0].Id]));
    }

    [PostgreSqlFact]
    public void ARunIsLookedUpAmongAllFramesByAnIndex()
    {
        Backend.LeasesAt(Address)!.Dispose();

        string plan = Server.Run($"SET search_path = {Schema}; SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan; PREPARE find(bytea) AS {PgLeaseStore.Find}; EXPLAIN EXECUTE find('x')");

        Assert.Contains("pool_frame_run", plan, StringComparison.Ordinal);
    }

    [PostgreSqlFact]
    public void ARoleWithoutTheRightGetsTheSqlForIt()
    {
        string role = Schema + "_role";
        Server.Run($"CREATE ROLE {role} LOGIN");
        var address = HistoryAddress.Parse(Server.Address(Schema, role));

        string refusal = Assert.Throws<HistoryException>(() => Backend.Open(address, Time)).Message;
        Assert.Contains($"CREATE SCHEMA \"{Schema}\" AUTHORIZATION \"{role}\";", refusal, StringComparison.Ordinal);

        Server.Run(refusal[refusal.IndexOf("CREATE SCHEMA", StringComparison.Ordinal)..]);
        Backend.Open(address, Time).Store.Dispose();
    }

    [PostgreSqlFact]
    public void ConnectionsThatAreCutAreOpenedAgain()
    {
        using IHistoryStore store = Backend.Open(HistoryAddress.Parse(Server.AddressOfOwnRole(Schema)), Time).Store;
        store.Processes.Register(NewProcess());
        RunRow first = Run(store);
        Assert.Equal([first.Id], Ids(store, new RunQuery()));
        Cut();
        RunRow second = Run(store);
        Cut();

        Assert.Equal([second.Id, first.Id], Ids(store, new RunQuery()));
    }

    [PostgreSqlFact]
    public void AProcessWhoseLineIsCutTakesItsLockAgain()
    {
        var key = Guid.NewGuid();
        HistoryAddress address = HistoryAddress.Parse(Server.AddressOfOwnRole(Schema));
        using IHistoryStore store = Backend.Open(address, Time).Store;
        using IPresence presence = Backend.PresenceAt(address).Enter(key);
        Assert.True(presence.IsSeen);
        Cut();

        IProcessPresence others = PgBackend.Create().PresenceAt(Address);
        Assert.True(SpinWait.SpinUntil(() => others.Look(key) == LockEvidence.Held, TimeSpan.FromSeconds(60)));
    }

    [PostgreSqlFact]
    public void WhoFollowsALogThatSeveralWriteMissesNoLine()
    {
        const int Writers = 4, Batches = 50;
        RunRow run = Start(Own);
        using var written = new CountdownEvent(Writers);
        Thread[] threads = [.. Enumerable.Range(0, Writers).Select(writer => new Thread(() =>
        {
            using IHistoryStore store = Backend.Open(Address, Time).Store;
            store.Processes.Register(NewProcess());
            for (int i = 0; i < Batches; i++)
            {
                Write(store, Line(run, string.Create(CultureInfo.InvariantCulture, $"{writer}-{i}")), Line(run, "end"));
            }

            written.Signal();
        }))];
        Array.ForEach(threads, static thread => thread.Start());

        var seen = new List<FlowLogRecord>();
        bool isLast;
        do
        {
            isLast = written.IsSet;
            seen.AddRange(Own.Logs(new LogQuery(run.Id) { After = seen.Count == 0 ? 0 : seen[^1].Number }));
        }
        while (!isLast);

        Array.ForEach(threads, static thread => thread.Join());
        Assert.Equal(Writers * Batches * 2, seen.Count);
        Assert.Equal(seen.Count, seen.DistinctBy(line => line.Number).Count());
    }

    [PostgreSqlFact]
    public void WhatRunsTellWakesNobodyUnlessItIsWatched()
    {
        PgPlace place = PgPlace.Of(Address);
        Start(Own);
        RunRow run = Start(Other);
        using NpgsqlConnection listening = place.Connect();
        var heard = new List<string>();
        listening.Notification += (_, notification) => heard.Add(notification.Channel);
        Listen(listening, $"LISTEN {place.Channel}; LISTEN {place.RunsChannel}");

        Write(Other, Line(run, "line"));
        Other.Requests.Add(new RunRequest(run.Id, RunRequestKind.Stop, null));
        Assert.True(listening.Wait(TimeSpan.FromMinutes(2)));
        Assert.Equal([place.Channel], heard);

        using IDisposable watching = Own.Changes.Watch(static () => { });
        Assert.True(SpinWait.SpinUntil(() => Server.Run($"SELECT count(*) FROM {Schema}.setting WHERE name = 'RunsWatchedUntil'") == "1", TimeSpan.FromMinutes(2)));
        Write(Other, Line(run, "line"));
        Assert.True(listening.Wait(TimeSpan.FromMinutes(2)));
        Assert.Equal([place.Channel, place.RunsChannel], heard);
    }

    [PostgreSqlFact]
    public void ABatchWhoseConnectionIsLostAsItIsCommittedIsWrittenOnce()
    {
        HistoryAddress address = HistoryAddress.Parse(Server.AddressOfOwnRole(Schema));
        using IHistoryStore store = Backend.Open(address, Time).Store;
        store.Processes.Register(NewProcess());
        RunRow run = Start(store);

        Server.CutFirstCommit(Schema, "log");
        Write(store, Line(run, "line"));

        Assert.Equal("2", Server.Run($"SELECT last_value FROM {Schema}.cuts"));
        Assert.Equal("1", Server.Run($"SELECT count(*) FROM {Schema}.log"));
    }

    [PostgreSqlFact]
    public void TheClockIsTheServers()
    {
        using IHistoryStore store = new PgBackend().Open(Address, Time).Store;
        store.Processes.Register(NewProcess());
        store.Limits.Do([new LimitCommand.Set("limit", null, 1), new LimitCommand.Request(["limit"])]);

        Assert.Equal("t", Server.Run($"SELECT abs(time - extract(epoch FROM clock_timestamp()) * 1000000) < 600000000 FROM {Schema}.limit_grant"));
    }

    private static void Listen(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    /// <summary>Ends all connections of that role, as a network may.</summary>
    private void Cut() => Server.Run($"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = '{Schema}_cut'");
}
