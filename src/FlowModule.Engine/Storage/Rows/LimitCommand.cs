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

    /// <summary>Has others use the slots of a claim, which this process may ask for back.</summary>
    internal sealed record Lend(long Claim) : LimitCommand;

    /// <summary>Gives a claim up, whether it has its slots or waits for them.</summary>
    internal sealed record GiveUp(long Claim) : LimitCommand;

    /// <summary>Takes away what processes hold that have died.</summary>
    internal sealed record Bury(IReadOnlyList<long> Processes) : LimitCommand;

    /// <summary>Looks for what others have granted, and for what can be granted because time has passed.</summary>
    internal sealed record Look : LimitCommand;

    /// <summary>Sees that a claim is one of this process; where its rows are gone it is put back as it is. Answered by its number; 0 when none of its limits is there.</summary>
    internal sealed record Keep(long Claim, LimitClaimState State, IReadOnlyList<string> Limits) : LimitCommand;

    /// <summary>Answered by whether there is such a claim.</summary>
    internal sealed record Check(long Claim) : LimitCommand;
}

/// <summary>What a command has come to.</summary>
/// <param name="Claim">The claim's number, for a command that is about one.</param>
/// <param name="IsDone">Whether it was done, as the command says.</param>
/// <param name="Limit">The limit, for a command that makes one.</param>
internal sealed record LimitAnswer(long Claim = 0, bool IsDone = true, LimitRow? Limit = null);

/// <summary>What commands have come to.</summary>
/// <param name="Answers">Of each command.</param>
/// <param name="Granted">The claims of this process that were granted by them, or by others before, in their order.</param>
/// <param name="Due">How long it takes, in microseconds, until a limit grants more only because time passes; null when none does.</param>
internal sealed record LimitOutcome(IReadOnlyList<LimitAnswer> Answers, IReadOnlyList<long> Granted, long? Due);

/// <summary>A limit and its use.</summary>
/// <param name="Limit">The limit.</param>
/// <param name="Active">How many claims hold a slot of it.</param>
/// <param name="Waiting">How many wait for one.</param>
internal sealed record LimitUse(LimitRow Limit, int Active, int Waiting);
