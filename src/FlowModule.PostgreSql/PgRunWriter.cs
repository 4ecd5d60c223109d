using System.Globalization;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Storage.Sql;

namespace FlowModule.PostgreSql;

/// <summary>Gathers the rows of a batch and writes them in one round trip: <see cref="PgRecording"/> gets them as arrays.</summary>
internal sealed class PgRunWriter : SqlRunWriter
{
    private readonly PgSession _session;
    private readonly string _name;
    private readonly Dictionary<(Guid Run, int Number), RunChange> _states = [];
    private readonly List<(RunChange Change, long Flow, long Process)> _runs = [];
    private readonly Dictionary<(Guid Run, RunValue Kind), EncodedValue> _values = [];
    private readonly List<LogRow> _lines = [];
    private readonly List<Guid> _withoutOutcome = [];
    private readonly List<Guid> _withoutHook = [];
    private readonly Dictionary<Guid, string> _hooks = [];

    /// <param name="session">The database.</param>
    /// <param name="name">What others are told about who has written.</param>
    internal PgRunWriter(PgSession session, string name)
        : base(session)
    {
        _session = session;
        _name = name;
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
        if (_states.Count + _runs.Count + _lines.Count > 0)
        {
            _session.Record(PgRecording.Call, Values(session: null, number: null, TakeRows()));
        }
    }

    /// <summary>Writes a batch as a transaction of one statement. Returns false if something has to be asked before: then nothing is written.</summary>
    internal bool TryWrite(HistoryBatch batch) => _session.Alone(() =>
    {
        if (batch.IsEmpty || !KnowsFlowsOf(batch))
        {
            return false;
        }

        bool isDone = _session.RunWhole(PgRecording.Call, (session, number) =>
        {
            Take(batch);
            return Values(session, number, TakeRows());
        });
        if (!isDone)
        {
            RollBack();
        }

        return isDone;
    });

    private object?[] Values(Guid? session, long? number, object?[] rows) =>
        [_session.Place.Number, KnownNumbers?.ToString(CultureInfo.InvariantCulture), session, number, _session.Place.RunsChannel, _name, .. rows];

    private object?[] TakeRows()
    {
        object?[] rows =
        [
            .. States(), .. Runs(), _withoutOutcome.ToArray(), .. Values(), _withoutHook.ToArray(), _hooks.Keys.ToArray(), _hooks.Values.ToArray(), .. Lines(),
        ];
        Clear();
        return rows;
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
