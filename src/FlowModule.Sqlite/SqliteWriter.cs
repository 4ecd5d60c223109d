using FlowModule.Engine;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>Writes entries, each batch in one transaction.</summary>
internal sealed class SqliteWriter : IDisposable
{
    // A word that changes when numbers that others may have in mind are removed.
    private const string Numbers = "Numbers";

    private const long NoProcess = 0;

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, long> _flows = new(StringComparer.Ordinal);
    private readonly SqliteStatement _begin;
    private readonly SqliteStatement _commit;
    private readonly SqliteStatement _rollback;
    private readonly SqliteStatement _run;
    private readonly SqliteStatement _state;
    private readonly SqliteStatement _value;
    private readonly SqliteStatement _log;
    private readonly SqliteStatement _flow;
    private readonly SqliteStatement _findFlow;
    private readonly SqliteStatement _script;
    private readonly SqliteStatement _isKnown;
    private readonly SqliteSettings _settings;
    private readonly SqliteStatement _hook;
    private readonly SqliteStatement _dropHook;
    private readonly SqliteStatement _forget;
    private readonly List<RunRecording> _begun = [];
    private string? _numbers;

    internal SqliteWriter(SqliteConnection connection)
    {
        _connection = connection;
        _begin = Prepare("BEGIN IMMEDIATE", 0);
        _commit = Prepare("COMMIT", 0);
        _rollback = Prepare("ROLLBACK", 0);
        _run = Prepare(
            """
            INSERT INTO run(id, parent, root, kind, name, flow, process, created, started, ended, over, type, state, message, changed, due, attempt, errors, states, key, restart_of)
            VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
            ON CONFLICT(id) DO UPDATE SET
                process = excluded.process, started = coalesce(run.started, excluded.started), ended = excluded.ended, over = excluded.over,
                type = excluded.type, state = excluded.state, message = excluded.message, changed = excluded.changed, due = excluded.due,
                attempt = excluded.attempt, errors = excluded.errors, states = excluded.states
            """, 21);
        _state = Prepare("INSERT OR REPLACE INTO state(run, number, time, type, name, message, due) VALUES($1, $2, $3, $4, $5, $6, $7)", 7);
        _value = Prepare("INSERT OR REPLACE INTO value(run, kind, text, note) VALUES($1, $2, $3, $4)", 4);
        _log = Prepare("INSERT INTO log(run, time, level, message) VALUES($1, $2, $3, $4)", 4);
        _findFlow = Prepare("SELECT id FROM flow WHERE identity = $1", 1);
        _flow = Prepare("INSERT INTO flow(name, script, path, line, tags, identity) VALUES($1, $2, $3, $4, $5, $6) RETURNING id", 6);
        _isKnown = Prepare("SELECT 1 FROM process WHERE id = $1", 1);
        _settings = new SqliteSettings(connection);
        _script = Prepare("INSERT OR IGNORE INTO script(hash, text) VALUES($1, $2)", 2);
        _hook = Prepare("INSERT OR REPLACE INTO hook(run, text) VALUES($1, $2)", 2);
        _forget = Prepare("DELETE FROM value WHERE run = $1 AND kind IN ($2, $3)", 3);
        _dropHook = Prepare("DELETE FROM hook WHERE run = $1", 1);
    }

    /// <summary>The number of this process in the file, once it is registered there: before it writes anything of its own.</summary>
    internal long Process
    {
        get => ProcessOrNone != NoProcess ? ProcessOrNone : throw new InvalidOperationException("This process is not registered in the history.");
        set => ProcessOrNone = value;
    }

    /// <summary>The same, or a number that no process has.</summary>
    internal long ProcessOrNone { get; private set; } = NoProcess;

    internal void Write(IReadOnlyList<HistoryEntry> entries)
    {
        InTransaction(() =>
        {
            LearnNumbers();
            foreach (HistoryEntry entry in entries)
            {
                if (entry is StateEntry state)
                {
                    Write(state);
                }
                else if (entry is LogEntry line)
                {
                    _log.Run(line.Recording.Run.Id, line.Time, line.Level, line.Message);
                }
            }
        });

        foreach (RunRecording recording in _begun)
        {
            recording.KeptIn = this;
        }

        _begun.Clear();
    }

    /// <summary>Does something in one transaction, waiting for those of others.</summary>
    internal void InTransaction(Action action)
    {
        _begin.Run();
        try
        {
            action();
            _commit.Run();
        }
        catch
        {
            // What was new in it is not there.
            _flows.Clear();
            _begun.Clear();
            try
            {
                _rollback.Run();
            }
            catch (SqliteException)
            {
                // SQLite has done so itself.
            }

            throw;
        }
    }

    public void Dispose()
    {
        foreach (SqliteStatement statement in new[] { _begin, _commit, _rollback, _run, _state, _value, _log, _flow, _findFlow, _script, _isKnown, _hook, _dropHook, _forget })
        {
            statement.Dispose();
        }

        _settings.Dispose();
    }

    /// <summary>Says that numbers of flows and processes are there no more, in the transaction that removes them.</summary>
    internal void ForgetNumbers() => _settings.Set(Numbers, Guid.NewGuid().ToString("N"));

    /// <exception cref="HistoryException">This process is not known any more.</exception>
    private void LearnNumbers()
    {
        if (_settings.Get(Numbers).Value is { } numbers && numbers != _numbers)
        {
            _flows.Clear();
            if (_isKnown.Scalar(Process) is null)
            {
                throw new HistoryException(HistoryFault.Missing, $"The history '{_connection.DataSource}' does not know this process any more.");
            }

            _numbers = numbers;
        }
    }

    private SqliteStatement Prepare(string sql, int parameters) => new(_connection, sql, parameters);

    /// <summary>Writes a state, in the transaction that there is.</summary>
    internal void Write(StateEntry entry)
    {
        RunRecording recording = entry.Recording;
        FlowRun run = recording.Run;
        FlowState state = entry.State;
        string? name = state.Name == FlowState.NameOf(state.Type) ? null : state.Name;
        string? message = entry.Message;
        _state.Run(run.Id, entry.Number, state.Timestamp, state.Type, name, message, state.ScheduledTime);
        if (!entry.IsLatest)
        {
            return;
        }

        DateTimeOffset? ended = state.IsFinal ? state.Timestamp : null;
        _run.Run(
            run.Id, run.Parent?.Id, RootOf(run).Id, run.Kind, recording.Name, FlowOf(run.Flow), Process, run.CreatedTime, run.StartTime, ended, entry.IsOver,
            state.Type, name, message, state.Timestamp, state.ScheduledTime, entry.Attempt, entry.ErrorCount, entry.Number + 1, recording.Key, recording.RestartOf);
        if (recording.KeptIn != this && recording.IsBegun)
        {
            WriteValue(run.Id, RunValue.Parameters, recording.Parameters);
            WriteValue(run.Id, RunValue.Input, recording.Input);
            if (recording.CrashHook is { } hook && !entry.IsOver)
            {
                _hook.Run(run.Id, hook);
            }

            if (recording.EarlierStates > 0)
            {
                // It goes on: what it came to before is not what it comes to now.
                _forget.Run(run.Id, RunValue.Result, RunValue.Error);
            }

            _begun.Add(recording);
        }

        if (recording.CrashHook is not null && entry.IsOver)
        {
            // It is this process that calls it, if anyone.
            _dropHook.Run(run.Id);
        }

        WriteValue(run.Id, RunValue.Result, entry.Result);
        WriteValue(run.Id, RunValue.Error, entry.Error);
    }

    private void WriteValue(Guid run, RunValue kind, EncodedValue value)
    {
        if (!value.IsNothing)
        {
            _value.Run(run, kind, value.Text, value.Note);
        }
    }

    private static FlowRun RootOf(FlowRun run)
    {
        while (run.Parent is { } parent)
        {
            run = parent;
        }

        return run;
    }

    private long FlowOf(FlowDefinition flow)
    {
        FlowScript? script = flow.Script;
        string? tags = flow.Tag.Length == 0 ? null : string.Join('\n', flow.Tag);
        string identity = $"{flow.Name}\n{script?.Hash}\n{script?.Path}\n{script?.Line}\n{tags}";
        if (_flows.TryGetValue(identity, out long id))
        {
            return id;
        }

        if (_findFlow.Scalar(identity) is long known)
        {
            id = known;
        }
        else
        {
            if (script is not null)
            {
                _script.Run(script.Hash, script.Text);
            }

            id = (long)_flow.Scalar(flow.Name, script?.Hash, script?.Path, script?.Line, tags, identity)!;
        }

        return _flows[identity] = id;
    }
}
