using System.Globalization;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Storage.Sql;

namespace FlowModule.PostgreSql;

/// <summary>Gathers the rows of a batch and writes them in one round trip: each table with one statement, to which the rows are arrays.</summary>
internal sealed class PgRunWriter : SqlRunWriter
{
    private const string InsertStates =
        $"""
        INSERT INTO state(run, number, time, type, name, message, due)
        SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::bigint[]) {SqlProcesses.ReplaceState}
        """;

    private const string InsertRuns =
        """
        INSERT INTO run(id, parent, root, kind, name, flow, process, created, started, ended, over, type, state, message, changed, due, attempt, errors, states, key, restart_of, schedule, tick, host)
        SELECT * FROM unnest(
            $1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[],
            $13::text[], $14::text[], $15::bigint[], $16::bigint[], $17::bigint[], $18::bigint[], $19::bigint[], $20::bytea[], $21::uuid[], $22::text[], $23::bigint[], $24::text[])
        ON CONFLICT(id) DO UPDATE SET
            process = excluded.process, started = coalesce(run.started, excluded.started), ended = excluded.ended, over = excluded.over,
            type = excluded.type, state = excluded.state, message = excluded.message, changed = excluded.changed, due = excluded.due,
            attempt = excluded.attempt, errors = excluded.errors, states = excluded.states, host = excluded.host
            WHERE excluded.states >= run.states
        """;

    private const string InsertValues =
        """
        INSERT INTO value(run, kind, text, note) SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[])
        ON CONFLICT(run, kind) DO UPDATE SET text = excluded.text, note = excluded.note
        """;

    // The numbers of the lines are taken in this order.
    private const string InsertLines =
        """
        INSERT INTO log(run, time, level, message)
        SELECT run, time, level, message FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[]) WITH ORDINALITY AS line(run, time, level, message, place) ORDER BY place
        """;

    private readonly PgSession _session;
    private readonly Dictionary<(Guid Run, int Number), RunChange> _states = [];
    private readonly List<(RunChange Change, long Flow, long Process)> _runs = [];
    private readonly Dictionary<(Guid Run, RunValue Kind), EncodedValue> _values = [];
    private readonly List<LogRow> _lines = [];
    private readonly List<Guid> _withoutOutcome = [];
    private readonly List<Guid> _withoutHook = [];
    private readonly Dictionary<Guid, string> _hooks = [];

    internal PgRunWriter(PgSession session)
        : base(session)
    {
        _session = session;
        session.RolledBack = RollBack;
    }

    protected override string Location => _session.Place.Address.ToString();

    internal override void RollBack()
    {
        base.RollBack();
        Clear();
    }

    protected override long? ReadNumbers() =>
        _session.Text($"SELECT value FROM setting WHERE name = '{Numbers}'") is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    protected override void AddState(RunChange change) => _states[(change.RunId, change.State.Number)] = change;

    protected override void SetRun(RunChange change, long flow, long process) => _runs.Add((change, flow, process));

    protected override void SetValue(Guid run, RunValue kind, EncodedValue value) => _values[(run, kind)] = value;

    protected override void ForgetOutcome(Guid run) => _withoutOutcome.Add(run);

    protected override void SetHook(Guid run, string script) => _hooks[run] = script;

    protected override void DropHook(Guid run)
    {
        _hooks.Remove(run);
        _withoutHook.Add(run);
    }

    protected override void AddLine(LogRow line) => _lines.Add(line);

    protected override void Complete()
    {
        var statements = new List<(string, object?[])>();
        Add(_states.Count, InsertStates, States);
        Add(_runs.Count, InsertRuns, Runs);
        Add(_withoutOutcome.Count, $"DELETE FROM value WHERE run = ANY($1) AND kind IN ({(int)RunValue.Result}, {(int)RunValue.Error}, {(int)RunValue.ErrorDetails})", () => [_withoutOutcome.ToArray()]);
        Add(_values.Count, InsertValues, Values);
        Add(_withoutHook.Count, "DELETE FROM hook WHERE run = ANY($1)", () => [_withoutHook.ToArray()]);
        Add(
            _hooks.Count,
            "INSERT INTO hook(run, text) SELECT * FROM unnest($1::uuid[], $2::text[]) ON CONFLICT(run) DO UPDATE SET text = excluded.text",
            () => [_hooks.Keys.ToArray(), _hooks.Values.ToArray()]);
        if (_lines.Count > 0)
        {
            statements.Add(PgLocks.OfLog(_session.Place));
        }

        Add(_lines.Count, InsertLines, Lines);
        Clear();
        if (statements.Count > 0)
        {
            _session.RunAll(statements);
        }

        void Add(int rows, string sql, Func<object?[]> values)
        {
            if (rows > 0)
            {
                statements.Add((sql, values()));
            }
        }
    }

    private object?[] States()
    {
        RunChange[] rows = [.. _states.Values];
        return
        [
            Of(rows, static row => row.RunId),
            Of(rows, static row => (long)row.State.Number),
            Of(rows, static row => SqlTime.From(row.State.Time)),
            Of(rows, static row => (long)row.State.Type),
            Of(rows, static row => row.State.Name),
            Of(rows, static row => row.State.Message),
            Of(rows, static row => Time(row.State.Due)),
        ];
    }

    private object?[] Runs()
    {
        (RunChange Change, long Flow, long Process)[] all = [.. _runs];
        RunChange[] rows = Of(all, static row => row.Change);
        return
        [
            Of(rows, static row => row.Run.Id),
            Of(rows, static row => row.Run.ParentId),
            Of(rows, static row => row.Run.RootId),
            Of(rows, static row => (long)row.Run.Kind),
            Of(rows, static row => row.Run.Name),
            Of(all, static row => row.Flow),
            Of(all, static row => row.Process),
            Of(rows, static row => SqlTime.From(row.Run.CreatedTime)),
            Of(rows, static row => Time(row.StartTime)),
            Of(rows, static row => Time(row.EndTime)),
            Of(rows, static row => row.IsOver ? 1L : 0L),
            Of(rows, static row => (long)row.State.Type),
            Of(rows, static row => row.State.Name),
            Of(rows, static row => row.State.Message),
            Of(rows, static row => SqlTime.From(row.State.Time)),
            Of(rows, static row => Time(row.State.Due)),
            Of(rows, static row => (long)row.Attempt),
            Of(rows, static row => (long)row.ErrorCount),
            Of(rows, static row => row.State.Number + 1L),
            Of(rows, static row => row.Run.Key),
            Of(rows, static row => row.Run.RestartOf),
            Of(rows, static row => row.Run.Schedule),
            Of(rows, static row => Time(row.Run.ScheduledTime)),
            Of(rows, static row => row.HostName),
        ];
    }

    private object?[] Values()
    {
        KeyValuePair<(Guid Run, RunValue Kind), EncodedValue>[] rows = [.. _values];
        return
        [
            Of(rows, static row => row.Key.Run),
            Of(rows, static row => (long)row.Key.Kind),
            Of(rows, static row => row.Value.Text),
            Of(rows, static row => row.Value.Note),
        ];
    }

    private object?[] Lines()
    {
        LogRow[] rows = [.. _lines];
        return
        [
            Of(rows, static row => row.RunId),
            Of(rows, static row => SqlTime.From(row.Time)),
            Of(rows, static row => (long)row.Level),
            Of(rows, static row => row.Message),
        ];
    }

    private void Clear()
    {
        _states.Clear();
        _runs.Clear();
        _values.Clear();
        _lines.Clear();
        _withoutOutcome.Clear();
        _withoutHook.Clear();
        _hooks.Clear();
    }

    private static long? Time(DateTimeOffset? time) => time is { } known ? SqlTime.From(known) : null;

    private static TValue[] Of<TRow, TValue>(TRow[] rows, Func<TRow, TValue> value)
    {
        var values = new TValue[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            values[i] = value(rows[i]);
        }

        return values;
    }
}
