using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Pipes;
using System.Text;
using FlowModule.Wire;

namespace FlowModule.Processes;

/// <summary>
/// A named pipe to a process that this one starts. Only the same user can open it: output of a script or of its programs cannot get
/// into it, and no other process inherits an end of it, so that each side notices the death of the other.
/// </summary>
internal sealed class ProcessLink : IDisposable
{
    private const string Prefix = "flow-";
    private const int PipeBuffer = 64 * 1024;

    // The pipe existed before the process: if the connection does not succeed at once, the other process has died.
    private const int ConnectLimitMilliseconds = 2_000;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    // Those that the other process has not opened yet: if this process ends now, it may be that nobody else removes them.
    private static readonly ConcurrentDictionary<string, bool> Waiting = new(StringComparer.Ordinal);

    private readonly NamedPipeServerStream _pipe;

    static ProcessLink() => AppDomain.CurrentDomain.ProcessExit += static (_, _) =>
    {
        foreach (string name in Waiting.Keys)
        {
            Remove(name);
        }
    };

    internal ProcessLink()
    {
        // On Unix, a path. It is short, because the path of a socket has a limit of about a hundred characters; and it is in a folder that only the user can enter, whatever the umask is.
        Name = OperatingSystem.IsWindows() ? Prefix + Guid.NewGuid().ToString("N") : Path.Combine(Directory.CreateTempSubdirectory(Prefix).FullName, "link");
        Waiting[Name] = true;
        try
        {
            _pipe = new NamedPipeServerStream(
                Name, PipeDirection.InOut, maxNumberOfServerInstances: 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly, PipeBuffer, PipeBuffer);
        }
        catch
        {
            Remove(Name);
            throw;
        }

        Channel = new FrameChannel(_pipe);
    }

    /// <summary>The name that the other process connects to.</summary>
    internal string Name { get; }

    internal FrameChannel Channel { get; }

    /// <summary>Starts a process with redirected standard streams and an empty input.</summary>
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

    /// <summary>Waits until the process has connected and sent its greeting.</summary>
    /// <param name="process">The process.</param>
    /// <param name="describeDeath">Describes how it ended.</param>
    /// <exception cref="WorkerStartException">It has ended, does not connect, or uses another version of the wire.</exception>
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
                // Another process was refused; continues to wait.
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

        // Both ends are open: if this process is killed, nothing of the pipe remains.
        Remove(Name);
    }

    /// <summary>The other end, in the started process: connects and sends the greeting. Null if the other process has died.</summary>
    /// <param name="name">The name to connect to.</param>
    /// <param name="version">Its version of the wire.</param>
    internal static FrameChannel? Connect(string name, int version = Greeting.Version)
    {
        var pipe = new NamedPipeClientStream(".", name, PipeDirection.InOut, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        bool isConnected = TryConnect(pipe);

        // No other process may connect, and the other process may not live to remove it.
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
        Waiting.TryRemove(name, out _);
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        try
        {
            // If the name came from elsewhere, only the file itself is removed.
            File.Delete(name);
            Directory.Delete(Path.GetDirectoryName(name)!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The other side has removed it, or the folder contains more.
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
            // It had already connected.
        }
    }
}
