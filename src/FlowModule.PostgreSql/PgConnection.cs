using System.Data;
using Npgsql;

namespace FlowModule.PostgreSql;

/// <summary>A connection that is opened when it is needed, and again when it is lost. One thread at a time uses it.</summary>
/// <param name="place">The database.</param>
internal sealed class PgConnection(PgPlace place)
{
    /// <summary>How long a lost connection is tried again. For so long after a restart of the server nobody is taken for dead.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    internal static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private NpgsqlConnection? _connection;

    /// <summary>Whether the server was ever reached.</summary>
    internal bool WasOpen { get; private set; }

    /// <summary>The connection, if it is open.</summary>
    internal NpgsqlConnection? Current => _connection is { FullState: ConnectionState.Open } ? _connection : null;

    /// <summary>Returns the open connection.</summary>
    /// <param name="mayOpen">Whether a new one will do, which knows nothing of a transaction.</param>
    /// <exception cref="NpgsqlException">There is none.</exception>
    internal NpgsqlConnection Get(bool mayOpen)
    {
        if (Current is { } current)
        {
            return current;
        }

        if (!mayOpen)
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
                WasOpen = true;
                return _connection;
            }
            catch (NpgsqlException exception) when (WasOpen && PgFaults.IsLoss(exception) && Environment.TickCount64 - begin < Patience.TotalMilliseconds)
            {
                // The server starts again. Who has never reached it is told at once.
                Thread.Sleep(Pause);
            }
        }
    }

    internal void Drop()
    {
        _connection?.Dispose();
        _connection = null;
    }
}
