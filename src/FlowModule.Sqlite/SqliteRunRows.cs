using FlowModule.Engine.Storage.Rows;
using FlowModule.Sqlite.Statements;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>Writes the rows that every run has. This is the hot path.</summary>
internal sealed class SqliteRunRows(SqliteConnection connection) : IDisposable
{
    private readonly SqliteDirectStatement _run = new(
        connection,
        """
        INSERT INTO run(id, parent, root, kind, name, flow, process, created, started, ended, over, type, state, message, changed, due, attempt, errors, states, key, restart_of, schedule, tick, host)
        VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
        ON CONFLICT(id) DO UPDATE SET
            process = excluded.process, started = coalesce(run.started, excluded.started), ended = excluded.ended, over = excluded.over,
            type = excluded.type, state = excluded.state, message = excluded.message, changed = excluded.changed, due = excluded.due,
            attempt = excluded.attempt, errors = excluded.errors, states = excluded.states, host = excluded.host
            WHERE excluded.states >= run.states
        """, 24);

    private readonly SqliteDirectStatement _state = new(
        connection, "INSERT OR REPLACE INTO state(run, number, time, type, name, message, due) VALUES($1, $2, $3, $4, $5, $6, $7)", 7);

    private readonly SqliteDirectStatement _value = new(connection, "INSERT OR REPLACE INTO value(run, kind, text, note) VALUES($1, $2, $3, $4)", 4);

    private readonly SqliteDirectStatement _log = new(connection, "INSERT INTO log(run, time, level, message) VALUES($1, $2, $3, $4)", 4);

    /// <summary>Writes a state that a run has entered.</summary>
    internal void AddState(RunChange change)
    {
        ref readonly StateRow state = ref change.State;
        _state.Bind(1, change.RunId);
        _state.Bind(2, state.Number);
        _state.Bind(3, state.Time);
        _state.Bind(4, (long)state.Type);
        _state.Bind(5, state.Name);
        _state.Bind(6, state.Message);
        _state.Bind(7, state.Due);
        _state.Execute();
    }

    /// <summary>Writes a run and its latest state.</summary>
    internal void SetRun(RunChange change, long flow, long process)
    {
        RunRow run = change.Run;
        ref readonly StateRow state = ref change.State;
        _run.Bind(1, run.Id);
        _run.Bind(2, run.ParentId);
        _run.Bind(3, run.RootId);
        _run.Bind(4, (long)run.Kind);
        _run.Bind(5, run.Name);
        _run.Bind(6, flow);
        _run.Bind(7, process);
        _run.Bind(8, run.CreatedTime);
        _run.Bind(9, change.StartTime);
        _run.Bind(10, change.EndTime);
        _run.Bind(11, change.IsOver ? 1 : 0);
        _run.Bind(12, (long)state.Type);
        _run.Bind(13, state.Name);
        _run.Bind(14, state.Message);
        _run.Bind(15, state.Time);
        _run.Bind(16, state.Due);
        _run.Bind(17, change.Attempt);
        _run.Bind(18, change.ErrorCount);
        _run.Bind(19, state.Number + 1);
        _run.Bind(20, run.Key);
        _run.Bind(21, run.RestartOf);
        _run.Bind(22, run.Schedule);
        _run.Bind(23, run.ScheduledTime);
        _run.Bind(24, change.HostName);
        _run.Execute();
    }

    internal void SetValue(Guid run, RunValue kind, EncodedValue value)
    {
        _value.Bind(1, run);
        _value.Bind(2, (long)kind);
        _value.Bind(3, value.Text);
        _value.Bind(4, value.Note);
        _value.Execute();
    }

    internal void AddLine(LogRow line)
    {
        _log.Bind(1, line.RunId);
        _log.Bind(2, line.Time);
        _log.Bind(3, (long)line.Level);
        _log.Bind(4, line.Message);
        _log.Execute();
    }

    public void Dispose()
    {
        _run.Dispose();
        _state.Dispose();
        _value.Dispose();
        _log.Dispose();
    }
}
