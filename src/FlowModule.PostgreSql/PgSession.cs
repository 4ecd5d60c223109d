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
    private readonly object _gate = new();
    private readonly PgCommit _commit = new();
    private readonly PgConnection _connection = new(place);
    private bool _isInTransaction;
    private bool _hasChanged;
    private bool _hasRecorded;
    private bool _isCommitting;
    private bool _isClosed;

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

    public void InTransaction(SqlArea area, Action action) => Persist(() => Transact(area, action));

    /// <summary>Records rows of runs in the transaction: those who watch runs are told, if there are any.</summary>
    internal void Record(string sql, object?[] values) => Do(() =>
    {
        using NpgsqlCommand command = PgValues.Command(sql, values);
        command.Connection = Connection();
        command.ExecuteNonQuery();
        return _hasRecorded = true;
    });

    /// <summary>Runs a statement that is a transaction of its own. Returns what it returns: whether it has done anything.</summary>
    /// <param name="sql">The statement. It notes the commit, and tells those who are to be told.</param>
    /// <param name="values">Its values, with the session and the number of the commit.</param>
    internal bool RunWhole(string sql, Func<Guid, long, object?[]> values)
    {
        // If the connection is lost as it is committed, and it was kept, nobody says so.
        bool isDone = true;
        Persist(() =>
        {
            using NpgsqlCommand command = PgValues.Command(sql, values(_commit.Session, _commit.NextNumber()));
            command.Connection = Connection();
            _isCommitting = true;
            isDone = command.ExecuteScalar() is true;
        });
        return isDone;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            _connection.Drop();
        }
    }

    /// <summary>Opens the connection now.</summary>
    /// <exception cref="HistoryException">This is not possible.</exception>
    internal void Open() => Do(() => Connection());

    private void Transact(SqlArea area, Action action)
    {
        using (NpgsqlBatch batch = PgValues.Batch([("BEGIN", []), .. PgLocks.Of(place, area)]))
        {
            batch.Connection = Connection();
            _isInTransaction = true;
            batch.ExecuteNonQuery();
        }

        action();
        _isCommitting = _hasChanged || _hasRecorded;
        using NpgsqlBatch commit = PgValues.Batch(_isCommitting ? [Notice(), _commit.Next(), ("COMMIT", [])] : [("COMMIT", [])]);
        commit.Connection = Connection();
        commit.ExecuteNonQuery();
    }

    private (string Sql, object?[] Values) Notice() =>
        _hasChanged ? ("SELECT pg_notify($1, $2)", [place.Channel, name]) : (PgNews.TellWhoWatches, [place.RunsChannel, name]);

    /// <summary>Does a transaction until it is kept, or cannot be.</summary>
    private void Persist(Action transact)
    {
        lock (_gate)
        {
            long begin = Environment.TickCount64;
            while (!Try(transact, begin))
            {
                // Those in each other's way must not meet again at once.
                Thread.Sleep(PgConnection.Pause * (Random.Shared.NextDouble() + 0.1));
            }
        }
    }

    private bool Try(Action transact, long begin)
    {
        try
        {
            RequireOpen();
            _hasChanged = _hasRecorded = _isCommitting = false;
            transact();
            _isInTransaction = false;
            return true;
        }
        catch (Exception exception)
        {
            RollBack();
            Exception cause = exception is HistoryException { InnerException: { } inner } ? inner : exception;
            bool isLost = PgFaults.IsLoss(cause);
            if (isLost && _isCommitting && _commit.WasKept(this))
            {
                return true;
            }

            if ((isLost || PgFaults.IsConflict(cause)) && !_isClosed && Environment.TickCount64 - begin < PgConnection.Patience.TotalMilliseconds)
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
        bool wasInTransaction = _isInTransaction;
        _isInTransaction = false;
        try
        {
            if (wasInTransaction && _connection.Current is { } current)
            {
                using NpgsqlCommand command = PgValues.Command("ROLLBACK", []);
                command.Connection = current;
                command.ExecuteNonQuery();
            }
        }
        catch (Exception exception) when (exception is NpgsqlException or InvalidOperationException or IOException)
        {
            // The server rolls back what was not committed when the connection ends.
            _connection.Drop();
        }
    }

    private T Do<T>(Func<T> action)
    {
        lock (_gate)
        {
            RequireOpen();
            bool mayTryAgain = !_isInTransaction && _connection.WasOpen;
            long begin = Environment.TickCount64;
            while (true)
            {
                try
                {
                    return action();
                }
                catch (Exception exception) when (mayTryAgain && PgFaults.IsLoss(exception) && Environment.TickCount64 - begin < PgConnection.Patience.TotalMilliseconds)
                {
                    // More than once: a server that is about to end still accepts connections.
                    _connection.Drop();
                    Thread.Sleep(PgConnection.Pause);
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
            command.Connection = Connection();
            command.ExecuteNonQuery();
        }
    }

    private NpgsqlConnection Connection() => _connection.Get(mayOpen: !_isInTransaction);

    private void RequireOpen()
    {
        if (_isClosed)
        {
            throw new HistoryException(HistoryFault.Unavailable, $"The history '{place.Address}' was closed.");
        }
    }
}
