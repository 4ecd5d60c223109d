using System.Diagnostics;

namespace FlowModule.Storage.Tests.Support;

/// <summary>
/// A PostgreSQL server of this test process alone: a cluster in a temporary folder, on a socket there. It ends with the process, however that ends, and keeps
/// nothing on the disk for sure, which it need not.
/// </summary>
internal sealed class PostgreSqlServer
{
    private const string User = "postgres";

    // Reads its input to the end, which comes when the test process is gone.
    private const string Script =
        """
        set -e
        umask 077
        "$1/initdb" -D "$2/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$2/log" 2>&1
        "$1/postgres" -D "$2/data" -k "$2" -c listen_addresses= -c fsync=$3 -c max_connections=300 >>"$2/log" 2>&1 &
        cat >/dev/null
        "$1/pg_ctl" stop -s -m fast -D "$2/data" || true
        wait
        rm -rf "$2"
        """;

    private static readonly Lazy<string?> Programs = new(FindPrograms);
    private static readonly Lazy<PostgreSqlServer> Started = new(static () => new PostgreSqlServer());
    private static int _schemas;

    private PostgreSqlServer(bool isDurable = false)
    {
        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException(WhyNot);
        }

        // Not where TMPDIR says: the server's user must get there, and the path of a socket must be short.
        Folder = Directory.CreateDirectory($"/tmp/flow-pg-{Guid.NewGuid():N}", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        var start = new ProcessStartInfo { FileName = "/bin/sh", RedirectStandardInput = true, UseShellExecute = false };
        if (Environment.IsPrivilegedProcess)
        {
            // The server refuses to run as root.
            Process.Start("chown", [User, Folder]).WaitForExit();
            start.FileName = "runuser";
            Array.ForEach(["-u", User, "--", "/bin/sh"], start.ArgumentList.Add);
        }

        Array.ForEach(["-c", Script, "sh", Programs.Value!, Folder, isDurable ? "on" : "off"], start.ArgumentList.Add);
        Process server = Process.Start(start)!;
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            server.StandardInput.Close();
            server.WaitForExit(TimeSpan.FromSeconds(20));
        };
        var watch = Stopwatch.StartNew();
        while (!Answers())
        {
            if (server.HasExited || watch.Elapsed > TimeSpan.FromMinutes(3))
            {
                throw new InvalidOperationException($"PostgreSQL did not start: {File.ReadAllText(Path.Combine(Folder, "log"))}");
            }

            Thread.Sleep(50);
        }
    }

    /// <summary>Why there can be no server here; null if there can.</summary>
    internal static string? WhyNot => OperatingSystem.IsWindows() ? "The server of the tests is started by /bin/sh."
        : Programs.Value is null ? "PostgreSQL is not installed (on Debian: apt-get install postgresql)."
        : Environment.IsPrivilegedProcess && !CanBeOther() ? $"PostgreSQL does not run as root, and there is no runuser or no user '{User}'."
        : null;

    internal static PostgreSqlServer Instance => Started.Value;

    /// <summary>A server for one test alone, which it may restart.</summary>
    /// <param name="isDurable">Whether what it keeps is on the disk for sure, which takes longer.</param>
    internal static PostgreSqlServer New(bool isDurable = false) => new(isDurable);

    /// <summary>The folder of the socket.</summary>
    internal string Folder { get; }

    /// <summary>The address of a history that is not there yet.</summary>
    internal string NewAddress() => Address($"test_{Interlocked.Increment(ref _schemas)}");

    internal string Address(string schema, string user = User) => $"postgres://{user}@/postgres?host={Uri.EscapeDataString(Folder)}&schema={schema}";

    /// <summary>The address of a history as a new role uses it, which is named after its schema and may end its own connections.</summary>
    internal string AddressOfOwnRole(string schema)
    {
        string role = schema + "_cut";
        Run($"CREATE ROLE {role} LOGIN SUPERUSER");
        return Address(schema, role);
    }

    /// <summary>Has the first commit after a row came into a table end its own connection: a trigger fires with it. The sequence cuts counts the tries.</summary>
    internal void CutFirstCommit(string schema, string table) => Run(
        $"""
        CREATE SEQUENCE {schema}.cuts;
        CREATE FUNCTION {schema}.cut() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF nextval('{schema}.cuts') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON {schema}.{table} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {schema}.cut();
        """);

    /// <summary>Has the server do something, by its own program.</summary>
    internal string Run(string sql)
    {
        using var psql = Process.Start(new ProcessStartInfo(
            Path.Combine(Programs.Value!, "psql"), ["-h", Folder, "-U", User, "-d", "postgres", "-qtA", "-v", "ON_ERROR_STOP=1", "-c", sql])
        { RedirectStandardOutput = true, UseShellExecute = false })!;
        string output = psql.StandardOutput.ReadToEnd();
        psql.WaitForExit();
        return psql.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"psql failed: {sql}");
    }

    /// <summary>Ends the server as if it had crashed, and starts it again.</summary>
    internal void Restart()
    {
        string[] restart = [Path.Combine(Programs.Value!, "pg_ctl"), "restart", "-s", "-w", "-m", "immediate", "-D", Path.Combine(Folder, "data"), "-l", Path.Combine(Folder, "log")];
        string[] command = Environment.IsPrivilegedProcess ? ["runuser", "-u", User, "--", .. restart] : restart;
        using var process = Process.Start(command[0], command[1..]);
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException("PostgreSQL was not restarted.");
        }
    }

    private static bool CanBeOther() =>
        (File.Exists("/usr/sbin/runuser") || File.Exists("/sbin/runuser")) && File.ReadLines("/etc/passwd").Any(static line => line.StartsWith(User + ":", StringComparison.Ordinal));

    private bool Answers()
    {
        using var ready = Process.Start(new ProcessStartInfo(Path.Combine(Programs.Value!, "pg_isready"), ["-q", "-h", Folder]))!;
        ready.WaitForExit();
        return ready.ExitCode == 0;
    }

    private static string? FindPrograms()
    {
        string[] installed = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [];
        IEnumerable<string> folders = installed.OrderByDescending(static folder => double.TryParse(Path.GetFileName(folder), out double version) ? version : 0)
            .Select(static folder => Path.Combine(folder, "bin"));
        return folders.Concat((Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator))
            .FirstOrDefault(static folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));
    }
}
