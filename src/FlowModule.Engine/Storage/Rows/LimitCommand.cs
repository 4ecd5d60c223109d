namespace FlowModule.Engine.Storage.Rows;

/// <summary>Something that is to be done about limits.</summary>
internal abstract record LimitCommand
{
    /// <summary>Makes a limit or changes it. The answer has it.</summary>
    internal sealed record Set(string Name, int? MaxConcurrency, int? PerSecond) : LimitCommand;

    /// <summary>Removes a limit. Answered by whether there was one.</summary>
    internal sealed record Remove(string Name) : LimitCommand;

    /// <summary>Asks for slots. Answered by the claim, and whether it has them; one on no limit that there is has no number.</summary>
    internal sealed record Request(IReadOnlyList<string> Limits) : LimitCommand;

    /// <summary>Asks for slots back that were lent. Answered by whether they are there at once.</summary>
    internal sealed record Reclaim(long Claim) : LimitCommand;

    /// <summary>Asks for slots back of which the rows are gone. Answered by the new claim, and whether it has them.</summary>
    internal sealed record ReclaimLost(IReadOnlyList<string> Limits) : LimitCommand;

    /// <summary>
    /// Takes slots back from a process that executed the holder and was lost: it may have lent them, or they were freed with its end. Answered by the new claim, and
    /// whether it has them. What that process still says of the old one changes nothing.
    /// </summary>
    internal sealed record Regain(long Claim, IReadOnlyList<string> Limits) : LimitCommand;

    /// <summary>Has others use the slots of a claim, which this process may ask for back.</summary>
    internal sealed record Lend(long Claim) : LimitCommand;

    /// <summary>Gives a claim up, whether it has its slots or waits for them.</summary>
    internal sealed record GiveUp(long Claim) : LimitCommand;

    /// <summary>Removes the claims of dead processes.</summary>
    internal sealed record Bury(IReadOnlyList<long> Processes) : LimitCommand;

    /// <summary>Looks for claims that others have granted, and for claims that can be granted because time has passed.</summary>
    internal sealed record Look : LimitCommand;

    /// <summary>Makes this process the owner of a claim, and restores the claim if its rows are gone. The answer has its number; 0 if none of its limits exists.</summary>
    internal sealed record Keep(long Claim, LimitClaimState State, IReadOnlyList<string> Limits) : LimitCommand;

    /// <summary>Answered by whether there is such a claim.</summary>
    internal sealed record Check(long Claim) : LimitCommand;
}

/// <summary>The answer to a command.</summary>
/// <param name="Claim">The claim's number, for a command about a claim.</param>
/// <param name="IsDone">Whether it was done, as the command defines it.</param>
/// <param name="Limit">The limit, for a command that creates one.</param>
internal sealed record LimitAnswer(long Claim = 0, bool IsDone = true, LimitRow? Limit = null);

/// <summary>The outcome of several commands.</summary>
/// <param name="Answers">The answer to each command.</param>
/// <param name="Granted">The claims of this process that these commands, or earlier ones of others, have granted, in order.</param>
/// <param name="Due">The time in microseconds until a limit can grant more only because time passes; null if no limit does.</param>
internal sealed record LimitOutcome(IReadOnlyList<LimitAnswer> Answers, IReadOnlyList<long> Granted, long? Due);

/// <summary>A limit and its use.</summary>
/// <param name="Limit">The limit.</param>
/// <param name="Active">How many claims hold a slot of it.</param>
/// <param name="Waiting">How many claims wait for one.</param>
internal sealed record LimitUse(LimitRow Limit, int Active, int Waiting);
