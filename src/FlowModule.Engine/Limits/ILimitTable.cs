namespace FlowModule.Engine.Limits;

/// <summary>
/// The limits that runs share, and who holds their slots. Nothing here promises that a request is decided at once: an
/// implementation may hold limits for several processes, and learn of a free slot later.
/// </summary>
/// <remarks>
/// A request gets all its slots at once or none, so that no two can wait for each other. Each limit serves those who wait in the
/// order in which they came, so that none waits for ever, however many limits it needs; those who ask for slots back that they
/// lent go first. Callbacks are made outside of any lock, on any thread. They must be quick, must not throw, and must not
/// wait: other callbacks may wait for them to return.
/// </remarks>
internal interface ILimitTable
{
    /// <summary>
    /// Makes a limit, or changes the one of that name. A raised limit lets those who wait go at once; a lowered one takes
    /// nothing away from those who hold.
    /// </summary>
    /// <param name="name">The limit's name, in any case.</param>
    /// <param name="maxConcurrency">How many slots there are, at least 1. Null: any number.</param>
    /// <param name="perSecond">How many requests are granted within any one second, at least 1. Null: any number.</param>
    FlowLimit Set(string name, int? maxConcurrency, int? perSecond);

    /// <summary>The limit of that name, or null.</summary>
    FlowLimit? Find(string name);

    /// <summary>Removes a limit: who waits for it waits no more, and slots held are forgotten. False when there is none.</summary>
    bool Remove(string name);

    /// <summary>All limits, by name.</summary>
    FlowLimit[] All();

    /// <summary>
    /// Asks for a slot of each of the limits. A name that no limit has (any more) limits nothing: who must not lose a limit to
    /// a slip of the pen looks with <see cref="Find"/> first.
    /// </summary>
    /// <param name="limits">The names of the limits. One that is there twice counts once.</param>
    /// <param name="granted">
    /// Called once, when the slots are there, unless <see cref="LimitLease.IsGranted"/> says that they were there at once.
    /// </param>
    LimitLease Request(IReadOnlyList<string> limits, Action granted);

    /// <summary>Takes over the slots of a run that another process holds for it, and has this one execute. Null where processes share nothing.</summary>
    LimitLease? Adopt(SharedClaim claim);
}

/// <summary>One request as its table sees it: what a <see cref="LimitLease"/> hands on.</summary>
internal interface ILimitClaim
{
    bool IsHeld { get; }

    /// <summary>What another process can take over; null when nothing is held that others know of.</summary>
    SharedClaim? Shared { get; }

    void GiveUp();

    void Lend();

    bool Reclaim(Action granted);
}
