using FlowModule.Wire;

namespace FlowModule.Remoting;

/// <summary>A worker in a session of PowerShell remoting.</summary>
internal sealed class SessionPeer : IPeer
{
    // How long it may take until the worker has started. Once on each machine, that includes sending the module's assemblies.
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);

    private readonly RemoteSession _session;
    private readonly PipelineStream _stream;
    private readonly Action _ended;
    private int _isDisposed;

    private SessionPeer(RemoteSession session, PipelineStream stream, Action ended)
    {
        _session = session;
        _stream = stream;
        _ended = ended;
        Channel = new FrameChannel(stream);
    }

    /// <inheritdoc/>
    public FrameChannel Channel { get; }

    /// <inheritdoc/>
    public string? HostName => _session.Name;

    /// <inheritdoc/>
    /// <remarks>The session's standard streams carry the session.</remarks>
    public string Mark => string.Empty;

    /// <summary>Opens a session and starts a worker in it.</summary>
    /// <param name="host">The machine.</param>
    /// <param name="ended">Called once when the session is given up.</param>
    /// <exception cref="WorkerStartException">The machine cannot be reached, or cannot be used.</exception>
    internal static SessionPeer Connect(RemoteHost host, Action ended)
    {
        RemoteSession session = RemoteSession.Open(host);
        SessionPeer? peer = null;
        try
        {
            if (session.Version is { } version && version < RemoteScript.Lowest)
            {
                throw new WorkerStartException($"Host '{session.Name}' has PowerShell {version}; {RemoteScript.Lowest} or later is needed.");
            }

            peer = new SessionPeer(session, new PipelineStream(session.Runspace, RemoteScript.InPipeline), ended);
            using var limit = new Timer(_ => peer._stream.Stop(), state: null, StartLimit, Timeout.InfiniteTimeSpan);
            peer.Start();
            return peer;
        }
        catch (Exception exception)
        {
            peer?._stream.Stop();
            session.Close();
            throw exception is WorkerStartException ? exception : new WorkerStartException($"Host '{session.Name}' cannot be used: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public void WaitForStray()
    {
        // What programs write, PowerShell remoting passes on as records.
    }

    /// <inheritdoc/>
    public string DescribeDeath()
    {
        _stream.WaitForEnd(TimeSpan.FromSeconds(FlowRun.GraceSeconds));
        return _stream.Reason is { } reason ? $"Host '{HostName}' was lost: {reason.Message}" : $"Host '{HostName}' was lost: its session has ended.";
    }

    /// <inheritdoc/>
    public void Kill()
    {
        _stream.Stop();
        _session.Close();
    }

    /// <summary>Lets the worker end, and waits for it, for a limited time.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            Channel.Dispose();
            _stream.WaitForEnd(TimeSpan.FromSeconds(FlowRun.GraceSeconds));
            _session.Close();
            _ended();
        }
    }

    private void Start()
    {
        object? answer = _stream.Call(RemoteModule.Current.Name);
        if (answer is RemoteScript.Send)
        {
            answer = _stream.Call(RemoteModule.Current.Archive);
        }

        if (answer is not RemoteScript.Ready || !Greeting.TryReceive(Channel, $"Host '{HostName}'"))
        {
            throw new WorkerStartException($"Host '{HostName}' cannot execute subflows: {_stream.Reason?.Message ?? (answer is null ? "its session did not answer." : $"its session answered '{answer}'.")}", _stream.Reason);
        }
    }
}
