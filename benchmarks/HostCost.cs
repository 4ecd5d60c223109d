using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace FlowModule.Benchmarks;

/// <summary>Subflows on another machine, beside Invoke-Command over the same SSH server, which is a real one on this machine.</summary>
internal static class HostCost
{
    private const string Server = "/usr/sbin/sshd";

    // The same four sessions, or workers, for both, and in turns. The first calls connect.
    private const string Script =
        """
        $InformationPreference = 'Ignore'
        $ProgressPreference = 'SilentlyContinue'
        Import-Module 'MODULE'
        $there = @{ HostName = '127.0.0.1'; Port = PORT; KeyFilePath = 'FOLDER/user'; Options = @{ UserKnownHostsFile = '/dev/null'; StrictHostKeyChecking = 'no'; LogLevel = 'ERROR' } }
        $watch = [System.Diagnostics.Stopwatch]::new()
        function Measure-Time([scriptblock] $Do) { $watch.Restart(); $null = & $Do; $watch.Elapsed.TotalMilliseconds }
        function Say([string] $Name, [double[]] $Times) { [string]::Format([cultureinfo]::InvariantCulture, '{0} {1:R}', $Name, [System.Linq.Enumerable]::ElementAt([System.Linq.Enumerable]::Order($Times), [Math]::Floor($Times.Count / 2))) }
        function Start-There([object[]] $Items, [int] $PerHost) { $Items | Start-Subflow { $_ } @there -PowerShellPath "POWERSHELL" -Parallel -ThrottlePerHost $PerHost }
        $null = 1 | Start-Subflow { $_ } -Parallel
        $null = Start-There 1 99
        $first = @(foreach ($i in 1..RUNS) { , @((Measure-Time { Invoke-Command @there { 1 } }), (Measure-Time { Start-There 1 (10 + $i) })) })
        $sessions = 1..4 | ForEach-Object { New-PSSession @there }
        $null = Invoke-Command -Session $sessions { 1 }
        $null = 1..40 | Start-Subflow { Start-Sleep -Milliseconds 100 } @there -PowerShellPath "POWERSHELL" -Parallel -ThrottlePerHost 4
        $warm = @(foreach ($i in 1..RUNS) { , @((Measure-Time { foreach ($n in 1..50) { Invoke-Command -Session $sessions { 1 } } }), (Measure-Time { Start-There (1..200) 4 })) })
        Say first-peer $first.ForEach({ $_[0] })
        Say first $first.ForEach({ $_[1] })
        Say warm-peer $warm.ForEach({ $_[0] })
        Say warm $warm.ForEach({ $_[1] })
        $sessions | Remove-PSSession
        """;

    internal static void Measure(Table table, bool quick)
    {
        if (ColdStart.FindPwsh() is not { } pwsh || !File.Exists(Server) || !OperatingSystem.IsLinux())
        {
            table.Add("subflows on another machine", "not measured", "no pwsh, or no SSH server");
            return;
        }

        string folder = Directory.CreateTempSubdirectory("flow-hosts").FullName;
        try
        {
            Measure(table, folder, pwsh, quick ? 1 : 7);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(Table table, string folder, string pwsh, int runs)
    {
        string there = pwsh.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? $"dotnet {pwsh}" : pwsh;
        int port = FreePort();
        using Process server = StartServer(folder, port, there);
        try
        {
            string script = Path.Combine(folder, "measure.ps1");
            File.WriteAllText(script, Script
                .Replace("MODULE", Session.Setting("ModuleManifest"), StringComparison.Ordinal)
                .Replace("FOLDER", folder, StringComparison.Ordinal)
                .Replace("POWERSHELL", there, StringComparison.Ordinal)
                .Replace("PORT", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace("RUNS", runs.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
            Dictionary<string, double> times = Ask(pwsh, script);
            Add(table, "first subflow on another machine", times["first"], "Invoke-Command -HostName", times["first-peer"], "<= 1.2x", times["first"] <= 1.2 * times["first-peer"]);
            Add(table, "200 subflows that do nothing, 4 warm workers there", times["warm"], "Invoke-Command, 4 open sessions", times["warm-peer"], ">= 5x", times["warm-peer"] >= 5 * times["warm"]);
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            server.WaitForExit();
        }
    }

    private static void Add(Table table, string what, double own, string peer, double theirs, string asked, bool holds) =>
        table.Add(what, Numbers.Show(own, "ms"), $"{peer} {Numbers.Show(theirs, "ms")}", theirs / own, asked, holds);

    private static Process StartServer(string folder, int port, string pwsh)
    {
        Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(folder, "host"));
        Run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(folder, "user"));
        string config = Path.Combine(folder, "config");
        File.WriteAllText(config, $"""
            ListenAddress 127.0.0.1
            Port {port}
            HostKey {folder}/host
            AuthorizedKeysFile {folder}/user.pub
            StrictModes no
            UsePAM no
            PidFile none
            MaxStartups 100
            SetEnv XDG_DATA_HOME={folder}/data PATH={Environment.GetEnvironmentVariable("PATH")}
            Subsystem powershell {pwsh} -sshs -NoLogo -NoProfile

            """);
        if (Environment.IsPrivilegedProcess)
        {
            // Its folder for a process without rights.
            Directory.CreateDirectory("/run/sshd");
        }

        Process server = Process.Start(new ProcessStartInfo(Server, ["-D", "-e", "-f", config]) { RedirectStandardError = true, UseShellExecute = false })!;
        server.ErrorDataReceived += static (_, _) => { };
        server.BeginErrorReadLine();
        while (!server.HasExited && !Accepts(port))
        {
            Thread.Sleep(20);
        }

        return server;
    }

    private static Dictionary<string, double> Ask(string pwsh, string script)
    {
        ProcessStartInfo start = pwsh.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)
            ? new("dotnet", [pwsh, "-NoProfile", "-File", script])
            : new(pwsh, ["-NoProfile", "-File", script]);
        start.RedirectStandardOutput = true;
        start.UseShellExecute = false;
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split(' '))
            .ToDictionary(words => words[0], words => double.Parse(words[1], CultureInfo.InvariantCulture));
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static bool Accepts(int port)
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
