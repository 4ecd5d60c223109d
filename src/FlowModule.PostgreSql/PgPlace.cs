using System.Globalization;
using System.Text.RegularExpressions;
using FlowModule.Engine.Storage;
using Npgsql;

namespace FlowModule.PostgreSql;

/// <summary>
/// Where a history is: <c>postgres://[user@][host][:port][/database][?schema=name&amp;sslmode=...]</c>. What the address leaves out is said by the variables
/// PGHOST, PGPORT, PGDATABASE, PGUSER and PGSSLMODE. A password is read from PGPASSWORD or a passfile (PGPASSFILE), never from the address.
/// </summary>
internal sealed partial class PgPlace
{
    /// <summary>How the name of a process's own channel begins.</summary>
    internal const string ProcessChannel = "flowmodule_process_";

    private const string DefaultSchema = "flowmodule";
    private const int ConnectSeconds = 15;

    private readonly string _connectionString;

    private PgPlace(HistoryAddress address, NpgsqlConnectionStringBuilder settings, string schema)
    {
        Address = address;
        Schema = schema;
        Number = schema.Aggregate(17, static (hash, character) => unchecked((hash * 31) + character));
        Database = settings.Database;
        User = settings.Username;
        _connectionString = settings.ToString();
        settings.Pooling = true;
        settings.MaxPoolSize = 100;
        PooledConnectionString = settings.ToString();
    }

    internal HistoryAddress Address { get; }

    /// <summary>The schema with the tables.</summary>
    internal string Schema { get; }

    /// <summary>The number of the history among those of the database: equal in all processes.</summary>
    internal int Number { get; }

    /// <summary>The channel on which processes tell each other that they have changed something.</summary>
    internal string Channel => string.Create(CultureInfo.InvariantCulture, $"flowmodule_{(uint)Number}");

    /// <summary>For libraries that open a connection for each thing that they do.</summary>
    internal string PooledConnectionString { get; }

    internal string? Database { get; }

    internal string? User { get; }

    /// <summary>Reads an address.</summary>
    /// <exception cref="HistoryException">It is no address of a PostgreSQL database.</exception>
    internal static PgPlace Of(HistoryAddress address)
    {
        Match match = Shape().Match(address.Place);
        if (!match.Success)
        {
            throw Invalid(address, "It has the form postgres://user@host:port/database?schema=name, of which all after 'postgres:' may be left out.");
        }

        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = Given(match, "host") ?? Variable("PGHOST") ?? "localhost",
            Database = Given(match, "database") ?? Variable("PGDATABASE"),
            Username = Given(match, "user") ?? Variable("PGUSER"),
            Port = PortOf(address, Given(match, "port") ?? Variable("PGPORT") ?? "5432"),
            ApplicationName = "FlowModule",
            Timeout = ConnectSeconds,
            CommandTimeout = 0,
            Pooling = false,
            Enlist = false,
            MaxAutoPrepare = 100,
            AutoPrepareMinUsages = 2,
            TcpKeepAlive = true,
        };
        if (Variable("PGSSLMODE") is { } mode)
        {
            settings.SslMode = SslModeOf(address, mode);
        }

        string schema = DefaultSchema;
        foreach (string part in match.Groups["query"].Value.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            (string name, string value) = part.Split('=', 2) is [var key, var text] ? (key, Uri.UnescapeDataString(text)) : (part, string.Empty);
            switch (name)
            {
                case "schema" when value.Length > 0:
                    schema = value;
                    break;
                case "host":
                    settings.Host = value;
                    break;
                case "sslmode":
                    settings.SslMode = SslModeOf(address, value);
                    break;
                case "sslrootcert":
                    settings.RootCertificate = value;
                    break;
                case "sslcert":
                    settings.SslCertificate = value;
                    break;
                case "sslkey":
                    settings.SslKey = value;
                    break;
                case "passfile":
                    settings.Passfile = value;
                    break;
                default:
                    throw Invalid(address, $"'{name}' is unknown. After the question mark may be schema, host, sslmode, sslrootcert, sslcert, sslkey and passfile.");
            }
        }

        return new PgPlace(address, settings, schema);
    }

    /// <summary>Opens a connection whose tables are the history's.</summary>
    /// <exception cref="NpgsqlException">This is not possible.</exception>
    internal NpgsqlConnection Connect()
    {
        var connection = new NpgsqlConnection(_connectionString);
        try
        {
            connection.Open();

            // A process that stands still in a transaction does not hold up the others for longer than this. The server finds out in 10 seconds that a machine
            // is gone.
            using var settings = new NpgsqlCommand(
                $"""
                SET search_path TO {Quoted(Schema)};
                SET client_min_messages TO warning;
                SET lock_timeout TO '60s';
                SET idle_in_transaction_session_timeout TO '30s';
                SET tcp_keepalives_idle TO 4; SET tcp_keepalives_interval TO 2; SET tcp_keepalives_count TO 3
                """,
                connection);
            settings.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The channel on which a process hears what is for it alone.</summary>
    internal static string ChannelOf(Guid process) => $"{ProcessChannel}{process:N}";

    /// <summary>A name as SQL writes it.</summary>
    internal static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string? Given(Match match, string group) => match.Groups[group].Value is { Length: > 0 } value ? Uri.UnescapeDataString(value) : null;

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static int PortOf(HistoryAddress address, string port) =>
        int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number is > 0 and <= 65535 ? number : throw Invalid(address, $"'{port}' is no port.");

    private static SslMode SslModeOf(HistoryAddress address, string mode) =>
        Enum.TryParse(mode.Replace("-", null, StringComparison.Ordinal), ignoreCase: true, out SslMode known) && Enum.IsDefined(known)
            ? known
            : throw Invalid(address, $"sslmode '{mode}' is none of disable, allow, prefer, require, verify-ca and verify-full.");

    private static HistoryException Invalid(HistoryAddress address, string why) => new(HistoryFault.Unavailable, $"'{address}' is no address of a PostgreSQL history. {why}");

    [GeneratedRegex(@"^(//((?<user>[^@:/?]*)@)?(?<host>\[[^\]]+\]|[^@:/?]*)(:(?<port>[0-9]+))?(/(?<database>[^/?]*))?)?(\?(?<query>.*))?\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Shape();
}
