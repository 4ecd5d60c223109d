namespace FlowModule.Engine.Limits;

/// <summary>
/// The slots of a run, of all the limits that it requested: requested, held, or lent. All members may be called on any thread.
/// </summary>
internal sealed class LimitLease : IDisposable
{
    private readonly ILimitClaim _claim;

    /// <param name="claim">The request.</param>
    /// <param name="isGranted">Whether it was granted at once.</param>
    internal LimitLease(ILimitClaim claim, bool isGranted)
    {
        _claim = claim;
        IsGranted = isGranted;
    }

    /// <summary>
    /// Whether the request was granted before it returned, so that there will be no callback. Never changes: otherwise a request that is
    /// granted during the check would start its run twice, after the check and in the callback.
    /// </summary>
    internal bool IsGranted { get; }

    /// <summary>Whether the slots are held now. For display only: another thread may change it.</summary>
    internal bool IsHeld => _claim.IsHeld;

    /// <summary>The part that another process that executes the holder can take over; null if there is none.</summary>
    internal SharedClaim? Shared => _claim.Shared;

    /// <summary>
    /// Releases the slots, or withdraws the request. May be called again. After it has returned no callback begins, except one
    /// that another thread is about to make: the callback must check whether its run is still wanted.
    /// </summary>
    public void Dispose() => _claim.GiveUp();

    /// <summary>
    /// Lets others use the slots while the holder waits: a task that waits for its children must not
    /// block slots that they need. No effect if none are held.
    /// </summary>
    internal void Lend() => _claim.Lend();

    /// <summary>
    /// Requests lent slots back, before new requests. It does not count as a new start. Returns true if they
    /// are back at once, were never lent, or the lease has ended; otherwise <paramref name="granted"/> is called once, when they are back.
    /// </summary>
    /// <exception cref="InvalidOperationException">The slots have already been requested.</exception>
    internal bool Reclaim(Action granted) => _claim.Reclaim(granted);

    /// <summary>
    /// The same for slots that another process has had, which was lost: it may have lent them, and nobody holds them if it died. Returns true if they are held.
    /// </summary>
    internal bool Regain(Action granted) => _claim.Regain(granted);
}
