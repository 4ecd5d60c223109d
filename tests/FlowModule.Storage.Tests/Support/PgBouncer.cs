using System.Diagnostics;
using System.Net.Sockets;

namespace FlowModule.Storage.Tests.Support;

/// <summary>A pooler before the server of the tests, on a socket of its own. It ends with the test.</summary>
internal sealed class PgBouncer : IDisposable
{
    private const string Program = "/usr/sbin/pgbouncer";
    private const int Port = 6432;

    private readonly string _folder;
    private readonly Process _process;

    /// <param name="server">The folder of the server's socket.</param>
    /// <param name="mode">When a connection is given to another client.</param>
    internal PgBouncer(string server, string mode)
    {
        // In the server's folder, which its user owns: the pooler refuses to run as root, too.
        _folder = Path.Combine(server, mode);
        string script =
            $"""
            mkdir "{_folder}" && printf '"postgres" ""\n' >"{_folder}/users" && cat >"{_folder}/settings" && exec {Program} -q "{_folder}/settings"
            """;
        var start = new ProcessStartInfo { FileName = "/bin/sh", RedirectStandardInput = true, UseShellExecute = false };
        if (Environment.IsPrivilegedProcess)
        {
            start.FileName = "runuser";
            Array.ForEach(["-u", "postgres", "--", "/bin/sh"], start.ArgumentList.Add);
        }

        Array.ForEach(["-c", script], start.ArgumentList.Add);
        _process = Process.Start(start)!;
        _process.StandardInput.Write(
            $"""
            [databases]
            postgres = host={server} dbname=postgres user=postgres
            [pgbouncer]
            listen_addr =
            listen_port = {Port}
            unix_socket_dir = {_folder}
            auth_type = trust
            auth_file = {_folder}/users
            pool_mode = {mode}
            ignore_startup_parameters = extra_float_digits

            """);
        _process.StandardInput.Close();
        Assert.True(SpinWait.SpinUntil(() => _process.HasExited || Answers(), TimeSpan.FromMinutes(2)) && !_process.HasExited, "The pooler did not start.");
    }

    /// <summary>Why there can be no pooler here; null if there can.</summary>
    internal static string? WhyNot => File.Exists(Program) ? null : "PgBouncer is not installed (on Debian: apt-get install pgbouncer).";

    internal string Address(string schema) => $"postgres://postgres@:{Port}/postgres?host={Uri.EscapeDataString(_folder)}&schema={schema}";

    /// <summary>Whether it takes connections: its socket is there a little earlier.</summary>
    private bool Answers()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(Path.Combine(_folder, $".s.PGSQL.{Port}")));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
