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

    // This setting changes when numbers are removed that other processes may have cached.
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

    /// <summary>The unfinished runs whose start is in the file.</summary>
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
        _forget = Prepare("DELETE FROM value WHERE run = $1 AND kind IN ($2, $3, $4)", 4);
        _dropHook = Prepare("DELETE FROM hook WHERE run = $1", 1);
    }

    /// <summary>The number of this process in the file. The process must be registered first.</summary>
    internal long Process
    {
        get => ProcessOrNone != NoProcess ? ProcessOrNone : throw new InvalidOperationException("This process is not registered in the history.");
        set => ProcessOrNone = value;
    }

    /// <summary>The number of this process, or <see cref="NoProcess"/> before it is registered.</summary>
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

    /// <summary>Runs an action in one transaction, and waits for the transactions of others.</summary>
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
            // The rollback removed the new rows. Rows from before may be written again.
            _flows.Clear();
            _begun.Clear();
            try
            {
                _rollback.Run();
            }
            catch (SqliteException)
            {
                // SQLite has already rolled back.
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

    /// <summary>Announces, in the transaction that removes flows and processes, that their numbers are invalid.</summary>
    internal void ForgetNumbers() => _settings.Set(Numbers, Random.Shared.NextInt64().ToString(CultureInfo.InvariantCulture));

    private SqliteStatement Prepare(string sql, int parameters) => new(_connection, sql, parameters);

    /// <summary>Forgets numbers that other processes have removed. Called first in each transaction that writes states.</summary>
    /// <exception cref="HistoryException">This process is no longer registered.</exception>
    internal void LearnNumbers()
    {
        if (_readNumbers.Read() is { } numbers && numbers != _numbers)
        {
            _flows.Clear();
            if (_isKnown.Scalar(Process) is null)
            {
                throw new HistoryException(HistoryFault.Missing, $"The history '{_connection.DataSource}' no longer contains this process.");
            }

            _numbers = numbers;
        }
    }

    /// <summary>Writes a state in the current transaction.</summary>
    internal void Write(RunChange change) => _rows.AddState(change);

    /// <summary>Writes a run with its latest state in the current transaction.</summary>
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
        _rows.SetValue(run, RunValue.ErrorDetails, change.ErrorDetails);
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
                // The run's earlier result no longer applies.
                _forget.Run(run, RunValue.Result, RunValue.Error, RunValue.ErrorDetails);
            }
        }

        if (start.CrashHook is not null && isOver)
        {
            // The run is over, so only this process may still call the hook.
            _dropHook.Run(run);
        }
    }
}
