using FlowModule.Engine.Storage;
using Npgsql;

namespace FlowModule.PostgreSql;

/// <summary>Opens connections with the password of a history. One from a vault may be changed while the process runs: if the server refuses it, the vault is asked again, but not all the time.</summary>
internal sealed class PgPassword
{
    private const int PoolSize = 100;

    private readonly HistoryAddress _address;
    private readonly string? _secret;
    private volatile Access _access;

    /// <param name="address">The history.</param>
    /// <param name="settings">The settings of its connections.</param>
    internal PgPassword(HistoryAddress address, PgSettings settings)
    {
        _address = address;
        _secret = settings.Secret;
        _access = new Access(settings.Connection);
    }

    /// <summary>Opens a connection, of its own or of a pool.</summary>
    /// <exception cref="NpgsqlException">This is not possible.</exception>
    /// <exception cref="HistoryException">The password is refused, and its vault cannot be asked for another one.</exception>
    internal NpgsqlConnection Open(bool isPooled)
    {
        Access access = _access;
        try
        {
            return access.Open(isPooled);
        }
        catch (PostgresException refused) when (_secret is not null && refused.SqlState == PostgresErrorCodes.InvalidPassword)
        {
            string password = AskAgain(access.Password);
            if (password == access.Password)
            {
                throw;
            }

            _access = access = access.With(password);
            return access.Open(isPooled);
        }
    }

    private string AskAgain(string? refused)
    {
        try
        {
            return StoreSecrets.Read(_secret!, refused);
        }
        catch (HistoryException exception)
        {
            throw new HistoryException(exception.Kind, $"The server of the history '{_address}' refuses the password that was read before. {exception.Message}", exception);
        }
    }

    private sealed class Access(NpgsqlConnectionStringBuilder settings)
    {
        private readonly string _own = settings.ToString();
        private readonly string _pooled = new NpgsqlConnectionStringBuilder(settings.ToString()) { Pooling = true, MaxPoolSize = PoolSize }.ToString();

        internal string? Password { get; } = settings.Password;

        internal Access With(string password) => new(new NpgsqlConnectionStringBuilder(_own) { Password = password });

        internal NpgsqlConnection Open(bool isPooled)
        {
            var connection = new NpgsqlConnection(isPooled ? _pooled : _own);
            try
            {
                connection.Open();
                return connection;
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }
    }
}
