using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using FlowModule.Engine.Processes;
using FlowModule.Wire;

namespace FlowModule.Remoting;

/// <summary>
/// A worker process on another machine, reached by ssh: frames go over the standard streams of ssh, with no other layer between. PowerShell's own
/// remoting over SSH is not used here: in 7.6.9 it ends the caller's whole process if a machine is lost while it writes to it.
/// </summary>
internal sealed class SshPeer : IPeer
{
    private const string Program = "ssh";

    // All other codes are those of the program there.
    private const int ConnectionError = 255;

    // How long it may take until the worker has started. Once on each machine, that includes sending the module's assemblies.
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan MarkLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DeathLimit = TimeSpan.FromSeconds(10);

    private readonly RemoteHost _host;
    private readonly Process _ssh;
    private readonly StrayOutput _error;
    private readonly Action _ended;
    private int _isDisposed;

    private SshPeer(RemoteHost host, Process ssh, Action<string> stray, Action ended)
    {
        _host = host;
        _ssh = ssh;
        _ended = ended;
        Mark = "\u001e" + Guid.NewGuid().ToString("N");
        Channel = new FrameChannel(new DuplexStream(ssh.StandardOutput.BaseStream, ssh.StandardInput.BaseStream));
        _error = new StrayOutput(ssh.StandardError, Mark, stray);
    }

    /// <inheritdoc/>
    public FrameChannel Channel { get; }

    /// <inheritdoc/>
    public string? HostName => _host.Name;

    /// <inheritdoc/>
    public string Mark { get; }

    /// <summary>Connects to a machine and starts a worker there.</summary>
    /// <param name="host">The machine.</param>
    /// <param name="stray">Receives what programs there write straight to their standard streams.</param>
    /// <param name="ended">Called once when the connection is given up.</param>
    /// <exception cref="WorkerStartException">The machine cannot be reached, or cannot be used.</exception>
    internal static SshPeer Connect(RemoteHost host, Action<string> stray, Action ended)
    {
        SshPeer? peer = null;
        try
        {
            peer = new SshPeer(host, Start(host), stray, ended);
            using var limit = new Timer(_ => peer.EndSsh(), state: null, StartLimit, Timeout.InfiniteTimeSpan);
            peer.StartWorker();
            return peer;
        }
        catch (WorkerStartException)
        {
            // It was refused, and still waits for input.
            peer?.Kill();
            peer?._ssh.Dispose();
            throw;
        }
        catch (Exception exception)
        {
            string reason = peer?.DescribeEnd() ?? exception.Message;
            peer?._ssh.Dispose();
            throw new WorkerStartException($"Host '{host.Name}' cannot be used: {reason}", exception);
        }
    }

    /// <inheritdoc/>
    public void WaitForStray() => _error.WaitForMark(MarkLimit);

    /// <inheritdoc/>
    public string DescribeDeath() => $"Host '{_host.Name}' was lost: {DescribeEnd()}";

    private string DescribeEnd()
    {
        if (!_ssh.WaitForExit(DeathLimit))
        {
            EndSsh();
            _ssh.WaitForExit();
        }

        _error.WaitForEnd(DeathLimit);
        string tail = _error.LastWords.Trim();
        string reason = tail.Length > 0 ? " " + tail : _ssh.ExitCode == ConnectionError ? " The connection was lost." : string.Empty;
        return $"ssh ended with {ExitDescription.Of(_ssh.ExitCode)}.{reason}";
    }

    /// <inheritdoc/>
    /// <remarks>The worker there ends when its input does, with all that it has started.</remarks>
    public void Kill()
    {
        EndSsh();
        Channel.Dispose();
    }

    /// <summary>Lets the worker end: it does so when its input ends. Waits for it, for a limited time.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        // Standard output stays open until the worker has ended: it would fail to write its last words.
        Close(_ssh.StandardInput.BaseStream);
        if (!_ssh.WaitForExit(TimeSpan.FromSeconds(FlowRun.GraceSeconds)))
        {
            EndSsh();
        }

        Channel.Dispose();
        _ssh.Dispose();
        _ended();
    }

    /// <summary>Starts ssh. It never asks a person, and ends by itself, after some seconds, if the machine is frozen or cut off.</summary>
    private static Process Start(RemoteHost host)
    {
        List<string> ssh =
        [
            Program, "-T", .. host.Options.SelectMany(option => new[] { "-o", option }), "-o", "BatchMode=yes", "-o", "ConnectTimeout=30", "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3", "-o", "LogLevel=ERROR",
            .. host.Port is { } port ? ["-p", port.ToString(CultureInfo.InvariantCulture)] : Array.Empty<string>(),
            .. host.UserName is { } user ? ["-l", user] : Array.Empty<string>(),
            .. host.KeyFilePath is { } key ? ["-i", key] : Array.Empty<string>(),
            "--", host.HostName!, host.PowerShellPath ?? "pwsh", "-NoLogo", "-NoProfile", "-NonInteractive", "-Command", "-",
        ];
        var start = new ProcessStartInfo
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
        };
        if (OperatingSystem.IsWindows())
        {
            start.FileName = Program;
            ssh.RemoveAt(0);
        }
        else
        {
            // Ctrl+C goes to every program of a terminal. The runs there must be stopped by us, and run their finally blocks.
            start.FileName = "/bin/sh";
            ssh.InsertRange(0, ["-c", "trap '' INT QUIT; exec \"$0\" \"$@\""]);
        }

        ssh.ForEach(start.ArgumentList.Add);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new WorkerStartException($"'{Program}' cannot be started: {exception.Message}", exception);
        }
    }

    private void StartWorker()
    {
        // Whatever a shell's profile there writes, nobody writes this.
        string mark = Guid.NewGuid().ToString("N");
        RemoteModule module = RemoteModule.Current;
        Stream input = _ssh.StandardInput.BaseStream;
        Send(input, Encoding.UTF8.GetBytes(RemoteScript.LineFor(module, mark)));
        string answer = ReadAnswer(mark);
        if (answer == RemoteScript.Send)
        {
            Send(input, module.Archive);
            answer = ReadAnswer(mark);
        }

        if (answer.StartsWith(RemoteScript.TooOld, StringComparison.Ordinal))
        {
            throw new WorkerStartException($"Host '{_host.Name}' has PowerShell {answer[RemoteScript.TooOld.Length..]}; {RemoteScript.Lowest} or later is needed.");
        }

        if (answer != RemoteScript.Ready || !Greeting.TryReceive(Channel, $"Host '{_host.Name}'"))
        {
            throw new IOException("The worker did not start.");
        }
    }

    private static void Send(Stream input, byte[] bytes)
    {
        input.Write(bytes);
        input.Flush();
    }

    /// <summary>Reads lines up to the one with the mark; not a byte more, because frames may follow.</summary>
    private string ReadAnswer(string mark)
    {
        Stream output = _ssh.StandardOutput.BaseStream;
        var line = new List<byte>();
        Span<byte> next = stackalloc byte[1];
        while (output.Read(next) == 1)
        {
            if (next[0] != '\n')
            {
                line.Add(next[0]);
                continue;
            }

            string text = Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            line.Clear();
            if (text.StartsWith(mark, StringComparison.Ordinal))
            {
                return text[(mark.Length + 1)..];
            }
        }

        throw new IOException("The connection has ended.");
    }

    private void EndSsh()
    {
        try
        {
            _ssh.Kill();
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            // It has ended by itself.
        }
    }

    private static void Close(Stream stream)
    {
        try
        {
            stream.Dispose();
        }
        catch (IOException)
        {
            // ssh has ended.
        }
    }
}
