using System.Data;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Sql;
using Npgsql;

namespace FlowModule.PostgreSql;

/// <summary>
/// A connection to the database. One that is lost is opened again: also in a transaction, which is then done again, as it is when another one was in its way.
/// If it was just being committed, the server is asked whether it was.
/// </summary>
/// <param name="place">The database.</param>
/// <param name="name">What others are told about who has changed something.</param>
internal sealed class PgSession(PgPlace place, string name) : ISqlSession, IDisposable
{
    /// <summary>How long a lost connection is tried again. For so long after a restart of the server nobody is taken for dead.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly object _gate = new();
    private readonly PgCommit _commit = new();
    private NpgsqlConnection? _connection;
    private bool _isInTransaction;
    private bool _hasChanged;
    private bool _isClosed;
    private bool _hasConnected;

    public SqlDialect Dialect => PgDialect.Instance;

    internal PgPlace Place => place;

    /// <summary>Called when a transaction was rolled back: its rows are not there.</summary>
    internal Action? RolledBack { get; set; }

    public int Run(string sql, params ReadOnlySpan<object?> values)
    {
        object?[] all = [.. values];
        return Do(() => Execute(sql, all));
    }

    public int RunQuietly(string sql, params ReadOnlySpan<object?> values)
    {
        object?[] all = [.. values];
        return Do(() =>
        {
            using NpgsqlCommand command = PgValues.Command(sql, all);
            command.Connection = Connection();
            return command.ExecuteNonQuery();
        });
    }

    public IReadOnlyList<T> Query<T>(string sql, Func<SqlRow, T> read, params ReadOnlySpan<object?> values)
    {
        object?[] all = [.. values];
        return Do(() => Read(sql, all, read));
    }

    public void RunAll(IReadOnlyList<(string Sql, object?[] Values)> statements) => Do(() =>
    {
        if (statements.Count == 0)
        {
            return true;
        }

        using NpgsqlBatch batch = PgValues.Batch(statements);
        batch.Connection = Connection();
        Changed(batch.ExecuteNonQuery());
        return true;
    });

    /// <summary>Executes a text of several statements without values.</summary>
    internal void RunScript(string sql) => Do(() => Execute(sql, []));

    /// <summary>Does something while no other thread uses the connection.</summary>
    internal T Alone<T>(Func<T> action)
    {
        lock (_gate)
        {
            return action();
        }
    }

    public void InTransaction(SqlArea area, Action action)
    {
        lock (_gate)
        {
            long begin = Environment.TickCount64;
            while (!Try(area, action, begin))
            {
                // Those in each other's way must not meet again at once.
                Thread.Sleep(Pause * (Random.Shared.NextDouble() + 0.1));
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            Drop();
        }
    }

    /// <summary>Opens the connection now.</summary>
    /// <exception cref="HistoryException">This is not possible.</exception>
    internal void Open() => Do(() => Connection());

    private bool Try(SqlArea area, Action action, long begin)
    {
        bool isCommitting = false;
        try
        {
            RequireOpen();
            _hasChanged = false;
            using (NpgsqlBatch batch = PgValues.Batch([("BEGIN", []), .. PgLocks.Of(place, area)]))
            {
                batch.Connection = Connection();
                _isInTransaction = true;
                batch.ExecuteNonQuery();
            }

            action();
            isCommitting = _hasChanged;
            using NpgsqlBatch commit = PgValues.Batch(_hasChanged ? [("SELECT pg_notify($1, $2)", [place.Channel, name]), _commit.Next(), ("COMMIT", [])] : [("COMMIT", [])]);
            commit.Connection = Connection();
            commit.ExecuteNonQuery();
            _isInTransaction = false;
            return true;
        }
        catch (Exception exception)
        {
            RollBack();
            Exception cause = exception is HistoryException { InnerException: { } inner } ? inner : exception;
            bool isLost = PgFaults.IsLoss(cause);
            if (isLost && isCommitting && _commit.WasKept(this))
            {
                return true;
            }

            if ((isLost || PgFaults.IsConflict(cause)) && !_isClosed && Environment.TickCount64 - begin < Patience.TotalMilliseconds)
            {
                return false;
            }

            if (exception is NpgsqlException)
            {
                throw PgFaults.Describe(place, exception);
            }

            throw;
        }
    }

    private void RollBack()
    {
        RolledBack?.Invoke();
        _isInTransaction = false;
        try
        {
            if (_connection is { FullState: ConnectionState.Open })
            {
                using NpgsqlCommand command = PgValues.Command("ROLLBACK", []);
                command.Connection = _connection;
                command.ExecuteNonQuery();
            }
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException or IOException)
        {
            // The server rolls back what was not committed when the connection ends.
            Drop();
        }
    }

    private T Do<T>(Func<T> action)
    {
        lock (_gate)
        {
            RequireOpen();
            bool mayTryAgain = !_isInTransaction && _hasConnected;
            long begin = Environment.TickCount64;
            while (true)
            {
                try
                {
                    return action();
                }
                catch (Exception exception) when (mayTryAgain && PgFaults.IsLoss(exception) && Environment.TickCount64 - begin < Patience.TotalMilliseconds)
                {
                    // More than once: a server that is about to end still accepts connections.
                    Drop();
                    Thread.Sleep(Pause);
                }
                catch (Exception exception) when (exception is NpgsqlException or IOException)
                {
                    throw PgFaults.Describe(place, exception);
                }
            }
        }
    }

    // A command is of one connection: a lost one leaves it in no state to be used again.
    private int Execute(string sql, object?[] values)
    {
        using NpgsqlCommand command = PgValues.Command(sql, values);
        command.Connection = Connection();
        int changed = command.ExecuteNonQuery();
        Changed(changed);
        return changed;
    }

    private List<T> Read<T>(string sql, object?[] values, Func<SqlRow, T> read)
    {
        using NpgsqlCommand command = PgValues.Command(sql, values);
        command.Connection = Connection();
        using NpgsqlDataReader reader = command.ExecuteReader();
        var row = new SqlRow(reader, PgText.Decode);
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(read(row));
        }

        reader.Close();
        Changed(reader.RecordsAffected);
        return rows;
    }

    /// <summary>Others are told with the commit. Outside a transaction they are told at once.</summary>
    private void Changed(int rows)
    {
        if (rows <= 0)
        {
            return;
        }

        _hasChanged = true;
        if (!_isInTransaction)
        {
            using NpgsqlCommand command = PgValues.Command("SELECT pg_notify($1, $2)", [place.Channel, name]);
            command.Connection = _connection;
            command.ExecuteNonQuery();
        }
    }

    private NpgsqlConnection Connection()
    {
        if (_connection is { FullState: ConnectionState.Open })
        {
            return _connection;
        }

        if (_isInTransaction)
        {
            throw new NpgsqlException("The connection was lost.");
        }

        Drop();
        long begin = Environment.TickCount64;
        while (true)
        {
            try
            {
                _connection = place.Connect();
                _hasConnected = true;
                return _connection;
            }
            catch (NpgsqlException exception) when (_hasConnected && PgFaults.IsLoss(exception) && Environment.TickCount64 - begin < Patience.TotalMilliseconds)
            {
                // The server starts again. Who has never reached it is told at once.
                Thread.Sleep(Pause);
            }
        }
    }

    private void Drop()
    {
        _connection?.Dispose();
        _connection = null;
    }

    private void RequireOpen()
    {
        if (_isClosed)
        {
            throw new HistoryException(HistoryFault.Unavailable, $"The history '{place.Address}' was closed.");
        }
    }
}
