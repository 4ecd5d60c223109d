using System.Diagnostics;
using System.IO.Pipes;
using System.Text;
using FlowModule.Wire;

namespace FlowModule.Processes;

/// <summary>
/// A named pipe to a process that this one starts. Only their user can open it: nothing that a script or a program of its writes can get
/// in between, and no other process inherits an end of it, so that the death of one side is always seen by the other.
/// </summary>
internal sealed class ProcessLink : IDisposable
{
    private const string Prefix = "flow-";
    private const int PipeBuffer = 64 * 1024;

    // The pipe was there before the process was: if it cannot be had at once, the other process has died meanwhile.
    private const int ConnectLimitMilliseconds = 2_000;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly NamedPipeServerStream _pipe;

    internal ProcessLink()
    {
        // On Unix a path: short, for a socket's may have no more than about a hundred characters. In a folder that nobody else can enter, whatever the umask says.
        Name = OperatingSystem.IsWindows() ? Prefix + Guid.NewGuid().ToString("N") : Path.Combine(Directory.CreateTempSubdirectory(Prefix).FullName, "link");
        _pipe = new NamedPipeServerStream(
            Name, PipeDirection.InOut, maxNumberOfServerInstances: 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly, PipeBuffer, PipeBuffer);
        Channel = new FrameChannel(_pipe);
    }

    /// <summary>What the other process is told to connect to.</summary>
    internal string Name { get; }

    internal FrameChannel Channel { get; }

    /// <summary>Starts a process with its standard streams redirected and nothing to read.</summary>
    /// <exception cref="WorkerStartException">It does not start.</exception>
    internal static Process Start(ProcessStartInfo start)
    {
        start.UseShellExecute = false;
        start.CreateNoWindow = true;
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.StandardOutputEncoding = Encoding.UTF8;
        start.StandardErrorEncoding = Encoding.UTF8;
        Process process = Process.Start(start) ?? throw new WorkerStartException($"'{start.FileName}' did not start.");
        process.StandardInput.Close();
        return process;
    }

    /// <summary>Waits until the process has said that it is there.</summary>
    /// <param name="process">The process.</param>
    /// <param name="describeDeath">Says how it ended.</param>
    /// <exception cref="WorkerStartException">It has ended, does not connect, or speaks another version.</exception>
    internal void WaitForConnection(Process process, Func<string> describeDeath)
    {
        using var limit = new CancellationTokenSource(StartLimit);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => CancelQuietly(limit);
        if (process.HasExited)
        {
            CancelQuietly(limit);
        }

        try
        {
            while (!TryAccept(limit.Token))
            {
                // A stranger was refused, and is not what is waited for.
            }
        }
        catch (OperationCanceledException exception)
        {
            throw new WorkerStartException(
                process.HasExited ? describeDeath() : $"The worker process {process.Id} did not connect within {StartLimit.TotalSeconds} seconds.", exception);
        }

        if (!Greeting.TryReceive(Channel, $"The worker process {process.Id} ('{process.StartInfo.FileName}')"))
        {
            throw new WorkerStartException(describeDeath());
        }

        // Both ends are open: should this process be killed, nothing of the pipe stays behind.
        Remove(Name);
    }

    /// <summary>The other end, in the process that was started: connects and says so. Null when the other process has died meanwhile.</summary>
    /// <param name="name">What it was told to connect to.</param>
    /// <param name="version">The version of the wire that it speaks.</param>
    internal static FrameChannel? Connect(string name, int version = Greeting.Version)
    {
        var pipe = new NamedPipeClientStream(".", name, PipeDirection.InOut, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        bool isConnected = TryConnect(pipe);

        // Nobody else is to connect, and the other process may not live to remove it.
        Remove(name);
        if (!isConnected)
        {
            pipe.Dispose();
            return null;
        }

        var channel = new FrameChannel(pipe);
        Greeting.TrySend(channel, version);
        return channel;
    }

    public void Dispose()
    {
        Channel.Dispose();
        _pipe.Dispose();
        Remove(Name);
    }

    private bool TryAccept(CancellationToken limit)
    {
        try
        {
            _pipe.WaitForConnectionAsync(limit).GetAwaiter().GetResult();
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Remove(string name)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            // Of a name that somebody else has made up, no more than the file itself.
            File.Delete(name);
            Directory.Delete(Path.GetDirectoryName(name)!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The other side has removed it, or there is more in it.
        }
    }

    private static bool TryConnect(NamedPipeClientStream pipe)
    {
        try
        {
            pipe.Connect(ConnectLimitMilliseconds);
            return true;
        }
        catch (Exception exception) when (exception is TimeoutException or IOException)
        {
            return false;
        }
    }

    private static void CancelQuietly(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It had connected by then.
        }
    }
}
