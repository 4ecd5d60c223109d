using System.Globalization;
using FlowModule.Engine.Storage;
using Npgsql;

namespace FlowModule.PostgreSql;

/// <summary>The settings of a connection, by the names that libpq has for them. What is set later replaces what was set before.</summary>
internal sealed class PgSettings
{
    private const string DefaultSchema = "flowmodule";
    private const int ConnectSeconds = 15;

    private readonly HistoryAddress _address;

    private PgSettings(HistoryAddress address) => _address = address;

    internal NpgsqlConnectionStringBuilder Connection { get; } = new()
    {
        Host = "localhost",
        ApplicationName = "FlowModule",
        Timeout = ConnectSeconds,
        CommandTimeout = 0,
        Pooling = false,
        Enlist = false,
        MaxAutoPrepare = 100,
        AutoPrepareMinUsages = 2,
        TcpKeepAlive = true,
    };

    internal string Schema { get; private set; } = DefaultSchema;

    /// <summary>The secret that is the password, if it is one of a vault.</summary>
    internal string? Secret { get; private set; }

    /// <summary>The settings before an address says anything.</summary>
    /// <exception cref="HistoryException">A variable has a wrong value.</exception>
    internal static PgSettings OfVariables(HistoryAddress address)
    {
        var settings = new PgSettings(address);
        foreach ((string variable, string name) in ((string, string)[])[("PGHOST", "host"), ("PGPORT", "port"), ("PGDATABASE", "dbname"), ("PGUSER", "user"), ("PGSSLMODE", "sslmode")])
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value)
            {
                settings.Set(name, value);
            }
        }

        return settings;
    }

    /// <summary>Sets what an address says before the question mark.</summary>
    /// <exception cref="HistoryException">The value is wrong.</exception>
    internal void Set(string name, string value)
    {
        if (Apply(name, value) is { } why)
        {
            throw Invalid(_address, why);
        }
    }

    /// <summary>Sets what an address says after the question mark.</summary>
    /// <exception cref="HistoryException">The setting is unknown, or its value wrong.</exception>
    internal void SetInQuery(string name, string value)
    {
        if (name is not ("schema" or "host" or "sslmode" or "sslrootcert" or "sslcert" or "sslkey" or "passfile"))
        {
            throw Invalid(_address, $"'{name}' is unknown. After the question mark may be schema, host, sslmode, sslrootcert, sslcert, sslkey and passfile.");
        }

        Set(name, value);
    }

    /// <summary>Sets what an entry of a file says. Only there may be a password, or the secret that is one.</summary>
    /// <exception cref="HistoryException">The entry cannot be used.</exception>
    internal void Take(PgServiceFile file, string entry)
    {
        try
        {
            foreach (PgServiceLine line in file.Read(entry))
            {
                switch (line.Name)
                {
                    case "password":
                        (Connection.Password, Secret) = (line.Value, null);
                        break;
                    case "secret":
                        (Connection.Password, Secret) = (StoreSecrets.Read(line.Value), line.Value);
                        break;
                    default:
                        if (Apply(line.Name, line.Value) is { } why)
                        {
                            throw file.Fault(line, why);
                        }

                        break;
                }
            }
        }
        catch (HistoryException exception)
        {
            throw new HistoryException(exception.Kind, $"The history '{_address}' cannot be used. {exception.Message}", exception);
        }
    }

    internal static HistoryException Invalid(HistoryAddress address, string why) => new(HistoryFault.Unavailable, $"'{address}' is no address of a PostgreSQL history. {why}");

    /// <summary>Sets one; returns what is wrong with it, or null.</summary>
    private string? Apply(string name, string value)
    {
        switch (name)
        {
            case "schema" when value.Length > 0:
                Schema = value;
                break;
            case "host":
                Connection.Host = value;
                break;
            case "port":
                if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port is 0 or > 65535)
                {
                    return $"'{value}' is no port.";
                }

                Connection.Port = port;
                break;
            case "dbname":
                Connection.Database = value;
                break;
            case "user":
                Connection.Username = value;
                break;
            case "sslmode":
                if (!Enum.TryParse(value.Replace("-", null, StringComparison.Ordinal), ignoreCase: true, out SslMode mode) || !Enum.IsDefined(mode))
                {
                    return $"sslmode '{value}' is none of disable, allow, prefer, require, verify-ca and verify-full.";
                }

                Connection.SslMode = mode;
                break;
            case "sslrootcert":
                Connection.RootCertificate = value;
                break;
            case "sslcert":
                Connection.SslCertificate = value;
                break;
            case "sslkey":
                Connection.SslKey = value;
                break;
            case "passfile":
                Connection.Passfile = value;
                break;
            default:
                return $"'{name}' is unknown. There may be host, port, dbname, user, password, secret, schema, sslmode, sslrootcert, sslcert, sslkey and passfile.";
        }

        return null;
    }
}
