using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage.Sql;

/// <summary>What runs have asked people.</summary>
internal sealed class SqlInputs(ISqlSession session, TimeProvider time) : IInputStore
{
    private const string Columns = "SELECT run, name, prompt, type, choices, asked, answer, suspends FROM input";

    public InputQuestion Ask(InputQuestion question)
    {
        string? choices = question.Choices.Count == 0 ? null : string.Join('\n', question.Choices);
        session.InTransaction(SqlArea.Runs, () => session.Run(
            "INSERT INTO input(run, name, prompt, type, choices, asked, suspends) VALUES($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
            question.Run, question.Name, question.Prompt, question.Type, choices, time.GetUtcNow(), question.Suspends));
        return Find(question.Run, question.Name)!;
    }

    public InputQuestion? Find(Guid run, string name) => session.Single($"{Columns} WHERE run = $1 AND {session.Dialect.IsSame("name", "$2")}", Read, run, name);

    public IReadOnlyList<InputQuestion> Open(Guid run) => session.Query($"{Columns} WHERE answer IS NULL AND run IN ({SqlReader.Inside()}) ORDER BY asked", Read, run);

    public IReadOnlyList<InputQuestion> Open() => session.Query($"{Columns} WHERE answer IS NULL ORDER BY asked", Read);

    public bool Answer(Guid run, string name, string answer) => session.Run(
        $"UPDATE input SET answer = $3, answered = $4 WHERE run = $1 AND {session.Dialect.IsSame("name", "$2")} AND answer IS NULL", run, name, answer, time.GetUtcNow()) == 1;

    private static InputQuestion Read(SqlRow row) => new(row.Id(0), row.Text(1), row.Text(2))
    {
        Type = row.TextOrNull(3),
        Choices = row.TextOrNull(4)?.Split('\n') ?? [],
        Asked = row.Time(5),
        Answer = row.TextOrNull(6),
        Suspends = row.Flag(7),
    };
}
