using FlowModule.Engine.History;
using FlowModule.Engine.Pool;
using FlowModule.Wire;

namespace FlowModule.Pool;

/// <summary>A process of a worker of the pool: leased until it is given back, or lost.</summary>
internal sealed class PoolPeer : IPeer
{
    private readonly LeasePipe _lease;
    private readonly LeaseStream _stream;
    private readonly PoolGrant _grant;

    /// <param name="lease">The granted lease.</param>
    /// <param name="grant">What was granted.</param>
    /// <param name="stray">Receives the lines that come straight from the standard streams of the executing process.</param>
    /// <param name="isUnderWay">See <see cref="IsUnderWay"/>.</param>
    internal PoolPeer(LeasePipe lease, PoolGrant grant, Action<string> stray, bool isUnderWay = false)
    {
        _lease = lease;
        _grant = grant;
        IsUnderWay = isUnderWay;
        _stream = new LeaseStream(lease, stray);
        Channel = new FrameChannel(_stream);
    }

    /// <inheritdoc/>
    public FrameChannel Channel { get; }

    /// <inheritdoc/>
    public string? HostName => _grant.Machine;

    /// <inheritdoc/>
    /// <remarks>It serves the queue over the same server, and records also when the caller is gone.</remarks>
    public bool OpensHistories => true;

    /// <inheritdoc/>
    public string Mark => _grant.Mark;

    /// <inheritdoc/>
    public bool IsUnderWay { get; }

    /// <inheritdoc/>
    /// <remarks>The beginning is on disk before the run is sent: if this process dies, who resumes finds that a worker has the run.</remarks>
    public void Sending(FlowRun run)
    {
        run.Recording?.Flush();
        _stream.Mark(new LeaseMark(run.Id, run.Attempt, _grant.ToBytes()));
    }

    /// <inheritdoc/>
    public bool HasLeft => _lease.IsGivenBack;

    /// <inheritdoc/>
    public bool HasEnded => _lease.IsEnded;

    /// <inheritdoc/>
    public bool IsGone => HasLeft || _lease.IsOtherGone;

    /// <inheritdoc/>
    public void WaitForStray()
    {
        // The worker waits for them: they come before the end of the run.
    }

    /// <inheritdoc/>
    public string DescribeDeath() => $"Worker '{HostName}' was lost: {_stream.Death ?? _lease.Loss ?? "it gave its process back."}";

    /// <inheritdoc/>
    /// <remarks>The worker ends a process that has a run in hand when its lease ends.</remarks>
    public void Kill() => Channel.Dispose();

    public void Dispose() => Channel.Dispose();
}
