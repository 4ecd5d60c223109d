using System.Globalization;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Storage.Sql;
using FlowModule.Sqlite;
using FlowModule.Storage.Tests.Contract;

namespace FlowModule.Storage.Tests.Copies;

/// <summary>A history with rows in each table, with texts that a server cannot hold as they are.</summary>
internal static class CopyRows
{
    /// <summary>How many lines the logs have: more than are written at once.</summary>
    internal const int Lines = 1202;

    private const string Odd = "a\0b \uFDD0 \uFDD00041 é 😀 '";

    /// <summary>Two processes write it, and end. A third one has none of it.</summary>
    internal static void Fill(StoreContract<SqliteOpener> test)
    {
        // The identity of the second flow is longer than the keys of a server.
        foreach ((IHistoryStore store, string flow) in new[] { (test.Own, "flow"), (test.Other, new string('x', 700)) })
        {
            FillOne(test, store, flow);
        }

        test.Own.Retention.Settings = new RetentionSettings(KeepDays: 7, KeepRuns: null, KeepLogSize: 5000);
        test.Own.Processes.End(hasRecorded: true);
        test.Other.Processes.End(hasRecorded: true);
        IHistoryStore third = test.OpenRegistered();
        third.Processes.End(hasRecorded: true);
    }

    /// <summary>All rows that are copied, each as a text.</summary>
    internal static string[] Of(IHistoryStore store)
    {
        return [.. SqlTable.Copied.SelectMany(RowsOf)];

        IEnumerable<string> RowsOf(SqlTable table)
        {
            IReadOnlyList<string> rows = ((SqlHistoryStore)store).Session.Query(
                $"SELECT {table.List} FROM {table.Name}{table.Which}", row => $"{table.Name}: {string.Join(" | ", table.Read(row, SqliteDialect.Instance).Select(Text))}");
            Assert.True(rows.Count >= 2, table.Name);
            return rows.Order(StringComparer.Ordinal);
        }
    }

    private static void FillOne(StoreContract<SqliteOpener> test, IHistoryStore store, string flow)
    {
        RunRow run = test.NewRun(flow, name: Odd, tags: ["one", "two"]);
        StoreContract<SqliteOpener>.Write(
            store,
            [
                test.Running(run, new RunStart { Parameters = new EncodedValue(Odd), Input = new EncodedValue(null, "note") }),
                .. Enumerable.Range(0, Lines / 2).Select(number => test.Line(run, $"{Odd}{number.ToString(CultureInfo.InvariantCulture)}")),
                test.To(run, 2, StateType.Failed, "Odd", Odd, error: new EncodedValue(Odd)),
            ]);
        ISqlSession session = ((SqlHistoryStore)store).Session;
        session.Run("INSERT INTO request(run, kind, text, time) VALUES($1, 1, $2, 3)", run.Id, Odd);
        session.Run("INSERT INTO hook(run, text) VALUES($1, $2)", run.Id, Odd);
        session.Run("INSERT INTO run_key(flow, key, run) VALUES($1, $2, $3)", flow, Odd, run.Id);
        session.Run(
            "INSERT INTO input(run, name, prompt, type, choices, suspends, asked, answer, answered) VALUES($1, $2, 'prompt', NULL, 'a', 1, 2, $3, 4)", run.Id, Odd, Odd);
        session.Run("INSERT INTO shared_limit(key, name, max_concurrency, per_second) VALUES($1, $1, NULL, 9)", flow);
        session.Run(
            "INSERT INTO result(key, about, text, size, created, expires, used) VALUES($1, $2, $3, $4, 2, NULL, 3)", new byte[] { (byte)flow.Length, 0, 255 }, flow, Odd, flow == "flow" ? 3 : 4);
        session.Run(
            """
            INSERT INTO tick(key, name, time, missed, manual, process, script, script_birth, over, type, state, message, started, ended, exit_code, late, log, stop)
            VALUES($1, $1, 5, 0, 1, 2, 3, 4, 1, 5, $2, $2, 6, 7, -1, 0, 'log', NULL)
            """,
            flow, Odd);
    }

    private static string? Text(object? value) => value switch
    {
        byte[] bytes => Convert.ToHexString(bytes),
        null => "null",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
