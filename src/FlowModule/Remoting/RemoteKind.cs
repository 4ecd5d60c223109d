using FlowModule.Engine.Workers;
using FlowModule.Processes;
using FlowModule.Sessions;
using FlowModule.Wire;

namespace FlowModule.Remoting;

/// <summary>Workers on other machines: those of one set of hosts.</summary>
internal sealed class RemoteKind : IWorkerKind, IPeerSource
{
    private const int MostHosts = 3;

    private static readonly TimeSpan LookEach = TimeSpan.FromMilliseconds(50);

    private readonly HostSet _hosts;
    private readonly bool _hasSessions;
    private int _calls;

    /// <param name="hosts">The machines.</param>
    /// <param name="throttlePerHost">How many workers a machine has at once, at most, if it does not say that itself.</param>
    /// <param name="movesOn">Whether a run whose machine is lost runs again on another.</param>
    internal RemoteKind(IReadOnlyList<RemoteHost> hosts, int throttlePerHost, bool movesOn)
    {
        Name = $"Remote: {string.Join(", ", hosts.Select(host => host.Key))}, {throttlePerHost}, {movesOn}";
        HostNames = [.. hosts.Select(host => host.Name)];
        MostStarts = movesOn ? MostHosts : 1;
        _hasSessions = hosts.Any(static host => host.Session is not null);
        _hosts = new HostSet(hosts, throttlePerHost, Connect);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> HostNames { get; }

    /// <inheritdoc/>
    public bool IsCostly => true;

    /// <inheritdoc/>
    public bool IsElsewhere => true;

    /// <inheritdoc/>
    public int MostStarts { get; }

    /// <summary>How many workers there can be at once.</summary>
    internal int Capacity => _hosts.Capacity;

    /// <inheritdoc/>
    public void Require()
    {
        // Whether a machine can be reached is known when it is.
    }

    /// <summary>A new call begins: hosts that were left out are tried again.</summary>
    internal void BeginCall()
    {
        Interlocked.Increment(ref _calls);
        _hosts.Forgive();
    }

    /// <summary>
    /// A call is over. Sessions of the user are given back, so that they can be used and closed: in 7.6.9, Remove-PSSession may never return from one with a
    /// pipeline that waits for input. Connections of ours stay warm for a while.
    /// </summary>
    /// <param name="pool">The workers of this kind.</param>
    internal void EndCall(WorkerPool pool)
    {
        if (Interlocked.Decrement(ref _calls) > 0 || !_hasSessions)
        {
            return;
        }

        // The last worker may be about to return.
        long deadline = Environment.TickCount64 + (long)(2 * FlowRun.GraceSeconds * 1000);
        do
        {
            pool.CloseIdle();
        }
        while (!_hosts.WaitForSessions(LookEach) && Volatile.Read(ref _calls) == 0 && Environment.TickCount64 < deadline);
    }

    /// <inheritdoc/>
    public IWorker Create(WorkerPool pool, WorkerOrigin origin) => new ProcessWorker(pool, origin, this);

    /// <inheritdoc/>
    public IPeer? Connect(Action<string> stray, IPeerNeed need) => _hosts.Connect(stray, need);

    /// <inheritdoc/>
    public void Worked(IPeer peer) => _hosts.Worked(peer.HostName);

    /// <inheritdoc/>
    public void Lost(IPeer peer, string reason) => _hosts.Failed(peer.HostName, reason);

    /// <inheritdoc/>
    public string? TakeWarning() => _hosts.TakeWarning();

    private static IPeer Connect(RemoteHost host, Action<string> stray, Action ended) =>
        host.HostName is null ? SessionPeer.Connect(host, ended) : SshPeer.Connect(host, stray, ended);
}
