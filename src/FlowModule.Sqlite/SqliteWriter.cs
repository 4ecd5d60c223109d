using System.Globalization;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Sqlite.Statements;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>Writes entries, each batch in one transaction.</summary>
internal sealed class SqliteWriter : IDisposable
{
    /// <summary>A number that no process has.</summary>
    internal const long NoProcess = 0;

    // Changes when numbers that others may have in mind are removed.
    private const string Numbers = "Numbers";

    private readonly SqliteConnection _connection;
    private readonly SqliteDirectStatement _begin;
    private readonly SqliteDirectStatement _commit;
    private readonly SqliteRunRows _rows;
    private readonly SqliteFlows _flows;
    private readonly SqliteStatement _rollback;
    private readonly SqliteStatement _isKnown;
    private readonly SqliteSettings _settings;
    private readonly SqliteDirectStatement _readNumbers;
    private readonly SqliteStatement _hook;
    private readonly SqliteStatement _dropHook;
    private readonly SqliteStatement _forget;

    /// <summary>The runs that are not over and whose start is in the file.</summary>
    private readonly HashSet<Guid> _begun = [];
    private long? _numbers;

    internal SqliteWriter(SqliteConnection connection)
    {
        _connection = connection;
        _begin = new SqliteDirectStatement(connection, "BEGIN IMMEDIATE", 0);
        _commit = new SqliteDirectStatement(connection, "COMMIT", 0);
        _rollback = Prepare("ROLLBACK", 0);
        _rows = new SqliteRunRows(connection);
        _flows = new SqliteFlows(connection);
        _isKnown = Prepare("SELECT 1 FROM process WHERE id = $1", 1);
        _settings = new SqliteSettings(connection);
        _readNumbers = new SqliteDirectStatement(connection, $"SELECT CAST(value AS INTEGER) FROM setting WHERE name = '{Numbers}'", 0);
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

    internal void Write(HistoryBatch batch) => InTransaction(() =>
    {
        LearnNumbers();
        foreach (RunChange change in batch.Changes)
        {
            Write(change);
        }

        foreach (RunChange change in batch.Latest)
        {
            WriteLatest(change);
        }

        foreach (LogRow line in batch.Lines)
        {
            _rows.AddLine(line);
        }
    });

    /// <summary>Does something in one transaction, waiting for those of others.</summary>
    internal void InTransaction(Action action)
    {
        _begin.Execute();
        try
        {
            action();
            _commit.Execute();
        }
        catch
        {
            // What was new in it is not there. What was there before may be written again.
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
        foreach (SqliteStatement statement in new[] { _rollback, _isKnown, _hook, _dropHook, _forget })
        {
            statement.Dispose();
        }

        _begin.Dispose();
        _commit.Dispose();
        _rows.Dispose();
        _flows.Dispose();
        _settings.Dispose();
        _readNumbers.Dispose();
    }

    /// <summary>Says that numbers of flows and processes are there no more, in the transaction that removes them.</summary>
    internal void ForgetNumbers() => _settings.Set(Numbers, Random.Shared.NextInt64().ToString(CultureInfo.InvariantCulture));

    private SqliteStatement Prepare(string sql, int parameters) => new(_connection, sql, parameters);

    /// <summary>Forgets the numbers that others have removed: first in each transaction that writes states.</summary>
    /// <exception cref="HistoryException">This process is not known any more.</exception>
    internal void LearnNumbers()
    {
        if (_readNumbers.Read() is { } numbers && numbers != _numbers)
        {
            _flows.Clear();
            if (_isKnown.Scalar(Process) is null)
            {
                throw new HistoryException(HistoryFault.Missing, $"The history '{_connection.DataSource}' does not know this process any more.");
            }

            _numbers = numbers;
        }
    }

    /// <summary>Writes a state, in the transaction that there is.</summary>
    internal void Write(RunChange change) => _rows.AddState(change);

    /// <summary>Writes what a run is by its latest state, in the transaction that there is.</summary>
    internal void WriteLatest(RunChange change)
    {
        Guid run = change.RunId;
        _rows.SetRun(change, _flows.Find(change.Run.Flow), Process);
        if (change.Start is { } start)
        {
            WriteStart(run, start, change.IsOver);
        }

        _rows.SetValue(run, RunValue.Result, change.Result);
        _rows.SetValue(run, RunValue.Error, change.Error);
    }

    private void WriteStart(Guid run, RunStart start, bool isOver)
    {
        bool isKept = isOver ? _begun.Remove(run) : !_begun.Add(run);
        if (!isKept)
        {
            _rows.SetValue(run, RunValue.Parameters, start.Parameters);
            _rows.SetValue(run, RunValue.Input, start.Input);
            _rows.SetValue(run, RunValue.Options, start.Options);
            if (start.CrashHook is { } hook && !isOver)
            {
                _hook.Run(run, hook);
            }

            if (start.GoesOn)
            {
                // What it came to before is not what it comes to now.
                _forget.Run(run, RunValue.Result, RunValue.Error);
            }
        }

        if (start.CrashHook is not null && isOver)
        {
            // It is this process that calls it, if anyone.
            _dropHook.Run(run);
        }
    }
}
