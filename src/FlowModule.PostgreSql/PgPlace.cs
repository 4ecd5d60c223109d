using System.Globalization;
using System.Text.RegularExpressions;
using FlowModule.Engine.Storage;
using Npgsql;

namespace FlowModule.PostgreSql;

/// <summary>
/// Where a history is: <c>postgres://[user@][host][:port][/database][?schema=name&amp;sslmode=...]</c>, or <c>postgres:name[?...]</c> for an entry of
/// <see cref="PgServiceFile"/>. What this leaves out is said by the variables PGHOST, PGPORT, PGDATABASE, PGUSER and PGSSLMODE. A password is read from
/// the entry, PGPASSWORD or a passfile (PGPASSFILE), never from the address.
/// </summary>
internal sealed partial class PgPlace
{
    /// <summary>How the name of a process's own channel begins.</summary>
    internal const string ProcessChannel = "flowmodule_process_";

    private readonly PgPassword _password;

    private PgPlace(HistoryAddress address, PgSettings settings)
    {
        Address = address;
        Schema = settings.Schema;
        Number = Schema.Aggregate(17, static (hash, character) => unchecked((hash * 31) + character));
        Database = settings.Connection.Database;
        User = settings.Connection.Username;
        _password = new PgPassword(address, settings);
    }

    internal HistoryAddress Address { get; }

    /// <summary>The schema with the tables.</summary>
    internal string Schema { get; }

    /// <summary>The number of the history among those of the database: equal in all processes.</summary>
    internal int Number { get; }

    /// <summary>The channel on which processes tell each other that they have changed something.</summary>
    internal string Channel => string.Create(CultureInfo.InvariantCulture, $"flowmodule_{(uint)Number}");

    /// <summary>The channel for what runs tell of themselves, while anybody watches that.</summary>
    internal string RunsChannel => $"{Channel}_runs";

    internal string? Database { get; }

    internal string? User { get; }

    /// <summary>Reads an address.</summary>
    /// <exception cref="HistoryException">It is no address of a PostgreSQL database, or the entry that it names cannot be used.</exception>
    internal static PgPlace Of(HistoryAddress address) => Of(address, PgServiceFile.Usual);

    internal static PgPlace Of(HistoryAddress address, PgServiceFile services)
    {
        Match match = Shape().Match(address.Place);
        if (!match.Success)
        {
            throw PgSettings.Invalid(address, "It has the form postgres://user@host:port/database?schema=name, of which all after 'postgres:' may be left out, or postgres:name, with the name of an entry of a service file.");
        }

        var settings = PgSettings.OfVariables(address);
        if (Given(match, "entry") is { } entry)
        {
            settings.Take(services, entry);
        }

        foreach (string name in (string[])["host", "port", "dbname", "user"])
        {
            if (Given(match, name) is { } value)
            {
                settings.Set(name, value);
            }
        }

        foreach (string part in match.Groups["query"].Value.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            (string name, string value) = part.Split('=', 2) is [var key, var text] ? (key, Uri.UnescapeDataString(text)) : (part, string.Empty);
            settings.SetInQuery(name, value);
        }

        return new PgPlace(address, settings);
    }

    /// <summary>Opens a connection whose tables are the history's.</summary>
    /// <exception cref="NpgsqlException">This is not possible.</exception>
    /// <exception cref="HistoryException">The password is refused, and its vault cannot be asked for another one.</exception>
    internal NpgsqlConnection Connect()
    {
        NpgsqlConnection connection = _password.Open(isPooled: false);
        try
        {
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

    /// <summary>Opens a connection of a pool, for libraries that open one for each thing that they do.</summary>
    /// <exception cref="NpgsqlException">This is not possible.</exception>
    /// <exception cref="HistoryException">The password is refused, and its vault cannot be asked for another one.</exception>
    internal NpgsqlConnection ConnectPooled() => _password.Open(isPooled: true);

    /// <summary>The channel on which a process hears what is for it alone.</summary>
    internal static string ChannelOf(Guid process) => $"{ProcessChannel}{process:N}";

    /// <summary>A name as SQL writes it.</summary>
    internal static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string? Given(Match match, string group) => match.Groups[group].Value is { Length: > 0 } value ? Uri.UnescapeDataString(value) : null;

    [GeneratedRegex(@"^((?<entry>[\w.-]+)|//((?<user>[^@:/?]*)@)?(?<host>\[[^\]]+\]|[^@:/?]*)(:(?<port>[0-9]+))?(/(?<dbname>[^/?]*))?)?(\?(?<query>.*))?\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Shape();
}
