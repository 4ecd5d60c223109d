namespace FlowModule.Engine.Limits;

/// <summary>
/// A run's slots of the limits that it asked for: waited for, held, or lent. All members may be called on any thread.
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
    /// Whether the request was granted before it returned, and so there will be no callback. Never changes: else one that is
    /// granted while its caller looks would be started twice, by the look and by the callback.
    /// </summary>
    internal bool IsGranted { get; }

    /// <summary>Whether the slots are held now. Only to show: another thread may change it meanwhile.</summary>
    internal bool IsHeld => _claim.IsHeld;

    /// <summary>What another process, which executes the holder, can take over; null when that is nothing.</summary>
    internal SharedClaim? Shared => _claim.Shared;

    /// <summary>
    /// Gives the slots back, or withdraws the request. May be repeated. No callback begins after this has returned but one
    /// that another thread was just about to make: who is called must look whether its run is still wanted.
    /// </summary>
    public void Dispose() => _claim.GiveUp();

    /// <summary>
    /// Lets others have the slots while the holder waits for something else: a task that waits for its children must not hold
    /// up what they need. Changes nothing when none are held.
    /// </summary>
    internal void Lend() => _claim.Lend();

    /// <summary>
    /// Asks for the slots back, before those who are new. It is no new start and is not counted as one. True when they
    /// are back at once, or were never lent, or the lease is over; else <paramref name="granted"/> is called once, when they are back.
    /// </summary>
    /// <exception cref="InvalidOperationException">The slots are being waited for already.</exception>
    internal bool Reclaim(Action granted) => _claim.Reclaim(granted);
}
