namespace FlowModule.Engine.Storage.Leases;

/// <summary>
/// Where processes of several machines ask for workers and talk with them. Any thread calls any member; all throw <c>HistoryException</c>. A batch that was
/// written may be written again, if it is not known whether it was: this changes nothing.
/// </summary>
internal interface ILeaseStore : IDisposable
{
    /// <summary>How many frames of one lease are received at once, at most.</summary>
    const int MostFrames = 10_000;

    /// <summary>
    /// Shows that a process is there, and has something called soon after there was news for it, until the result is disposed: on any thread. A call may come
    /// without any news.
    /// </summary>
    IDisposable Join(Guid process, Action heard);

    /// <summary>Asks for a worker.</summary>
    void Ask(LeaseRow lease);

    /// <summary>Withdraws a lease. False if it was granted.</summary>
    bool TryWithdraw(Guid lease);

    /// <summary>Grants a lease to a worker's process. False if it was granted before, or withdrawn: so a lease is granted once, however often it is carried.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="worker">The process.</param>
    /// <param name="claim">A new id for each time that it was carried. Who tries again, because it got no answer, has the same.</param>
    bool TryGrant(Guid lease, Guid worker, Guid claim);

    /// <summary>Makes another process the caller of a lease, if the caller is gone. False if it is there, or another one has adopted the lease: so a lease has one caller.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="caller">The caller that is gone.</param>
    /// <param name="adopter">The process that takes its place.</param>
    bool TryAdopt(Guid lease, Guid caller, Guid adopter);

    /// <summary>Returns the frames with which callers have sent a run, of leases that have not ended.</summary>
    IReadOnlyList<MarkedFrame> FindRun(Guid run);

    /// <summary>Removes leases with all that was said: their caller does not need them any more. Those that another process has adopted stay.</summary>
    void End(Guid caller, IReadOnlyList<Guid> leases);

    /// <summary>
    /// Keeps frames of a process, in one round trip, and tells the processes at the other ends. Those of ended leases are dropped, and those of a caller
    /// in whose place another process is.
    /// </summary>
    void Send(Guid process, IReadOnlyList<LeaseFrame> frames);

    /// <summary>Returns what the other ends of leases have sent, at most <see cref="MostFrames"/> of each.</summary>
    /// <param name="side">Who asks: the frames are those of the other side.</param>
    /// <param name="leases">The leases, and how far they have been read.</param>
    LeaseNews Receive(LeaseSide side, IReadOnlyList<LeaseCursor> leases);

    /// <summary>Returns how leases stand, without those that have ended.</summary>
    IReadOnlyList<LeaseStanding> Look(IReadOnlyList<Guid> leases);

    /// <summary>Returns those leases of a worker's process whose places others wait for: another caller, or the same one in another queue.</summary>
    /// <param name="worker">The process.</param>
    /// <param name="queues">The full names of the queues that it serves.</param>
    IReadOnlyList<Guid> Wanted(Guid worker, IReadOnlyList<string> queues);

    /// <summary>Registers a process that serves queues. It is there as long as it has joined.</summary>
    void Register(PoolWorkerRow worker);

    /// <summary>Records a heartbeat of a registered process. Returns what it was asked to do.</summary>
    /// <param name="worker">The process.</param>
    /// <param name="busy">How many leases it has.</param>
    /// <param name="runs">The runs that it executes, for people: some of them are enough.</param>
    PoolOrder Beat(Guid worker, int busy, IReadOnlyList<Guid> runs);

    /// <summary>Asks a process to end. False if there is no such process.</summary>
    bool Tell(Guid worker, PoolOrder order);

    /// <summary>Removes a process that serves no more.</summary>
    void Unregister(Guid worker);

    /// <summary>Returns the processes that serve queues. Those that are not there any more are among them for a while.</summary>
    IReadOnlyList<PoolWorkerRow> Workers();

    /// <summary>Returns the queues for which there are leases now, without those that dead callers wait for and dead workers had.</summary>
    IReadOnlyList<PoolQueueRow> Queues();

    /// <summary>Removes what is left of dead processes: workers, leases that nobody will take, and what was said on leases of which nobody has heard for a time.</summary>
    /// <param name="after">The time.</param>
    /// <param name="served">The leases that the process serves which calls this: they are heard of now, also those whose caller is dead.</param>
    void Clean(TimeSpan after, IReadOnlyList<Guid> served);
}
