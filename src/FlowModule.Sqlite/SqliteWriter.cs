using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Storage.Sql;
using FlowModule.Sqlite.Statements;

namespace FlowModule.Sqlite;

/// <summary>Writes rows of runs one after another: a statement costs no more than its work.</summary>
internal sealed class SqliteWriter : SqlRunWriter, IDisposable
{
    private readonly SqliteSession _session;
    private readonly SqliteRunRows _rows;
    private readonly SqliteDirectStatement _readNumbers;

    internal SqliteWriter(SqliteSession session)
        : base(session)
    {
        _session = session;
        _rows = new SqliteRunRows(session.Connection);
        _readNumbers = new SqliteDirectStatement(session.Connection, $"SELECT CAST(value AS INTEGER) FROM setting WHERE name = '{Numbers}'", 0);
        session.RolledBack = RollBack;
    }

    protected override string Location => _session.Connection.DataSource;

    public void Dispose()
    {
        _rows.Dispose();
        _readNumbers.Dispose();
    }

    protected override long? ReadNumbers() => _readNumbers.Read();

    protected override void AddState(RunChange change) => _rows.AddState(change);

    protected override void SetRun(RunChange change, long flow, long process) => _rows.SetRun(change, flow, process);

    protected override void SetValue(Guid run, RunValue kind, EncodedValue value) => _rows.SetValue(run, kind, value);

    protected override void ForgetOutcome(Guid run) => _session.Run("DELETE FROM value WHERE run = $1 AND kind IN ($2, $3, $4)", run, RunValue.Result, RunValue.Error, RunValue.ErrorDetails);

    protected override void SetHook(Guid run, string script) => _session.Run("INSERT OR REPLACE INTO hook(run, text) VALUES($1, $2)", run, script);

    protected override void DropHook(Guid run) => _session.Run("DELETE FROM hook WHERE run = $1", run);

    protected override void AddLine(LogRow line) => _rows.AddLine(line);
}
