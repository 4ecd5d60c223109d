using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Sqlite.Statements;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>What runs have asked people, on the connection that writes.</summary>
internal sealed class SqliteInputs(SqliteConnection connection, SqliteWriter writer) : IInputStore, IDisposable
{
    internal const string Tables =
        """
        CREATE TABLE input(
            run BLOB NOT NULL, name TEXT NOT NULL COLLATE NOCASE, prompt TEXT NOT NULL, type TEXT, choices TEXT, suspends INTEGER NOT NULL, asked INTEGER NOT NULL,
            answer TEXT, answered INTEGER, PRIMARY KEY(run, name)) WITHOUT ROWID;
        """;

    private const string Columns = "SELECT run, name, prompt, type, choices, asked, answer, suspends FROM input";

    private readonly SqliteStatement _answer = new(connection, "UPDATE input SET answer = $3, answered = $4 WHERE run = $1 AND name = $2 AND answer IS NULL", 4);

    public InputQuestion Ask(InputQuestion question) => SqliteFaults.Guard(connection, () =>
    {
        writer.InTransaction(() =>
        {
            using var ask = new SqliteStatement(connection, "INSERT OR IGNORE INTO input(run, name, prompt, type, choices, asked, suspends) VALUES($1, $2, $3, $4, $5, $6, $7)", 7);
            string? choices = question.Choices.Count == 0 ? null : string.Join('\n', question.Choices);
            ask.Run(question.Run, question.Name, question.Prompt, question.Type, choices, question.Asked, question.Suspends);
        });
        return FindNow(question.Run, question.Name)!;
    });

    public InputQuestion? Find(Guid run, string name) => SqliteFaults.Guard(connection, () => FindNow(run, name));

    public IReadOnlyList<InputQuestion> Open(Guid run) => SqliteFaults.Guard(connection, () => Query(
        $"{Columns} WHERE answer IS NULL AND run IN ({SqliteReader.Inside}) ORDER BY asked", ("$run", run.Bytes())));

    public IReadOnlyList<InputQuestion> Open() => SqliteFaults.Guard(connection, () => Query($"{Columns} WHERE answer IS NULL ORDER BY asked"));

    public bool Answer(Guid run, string name, string answer, DateTimeOffset time) =>
        SqliteFaults.Guard(connection, () => _answer.Run(run, name, answer, time) == 1);

    public void Dispose() => _answer.Dispose();

    private InputQuestion? FindNow(Guid run, string name) =>
        Query($"{Columns} WHERE run = $run AND name = $name", ("$run", run.Bytes()), ("$name", name)) is [var found] ? found : null;

    private List<InputQuestion> Query(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using SqliteCommand command = connection.Command(sql, parameters);
        return command.Rows(static row => new InputQuestion(row.Id(0), row.GetString(1), row.GetString(2))
        {
            Type = row.Text(3),
            Choices = row.Text(4)?.Split('\n') ?? [],
            Asked = row.Time(5)!.Value,
            Answer = row.Text(6),
            Suspends = row.GetBoolean(7),
        });
    }
}
