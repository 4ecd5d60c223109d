using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Storage.Tests.Contract;

/// <summary>Slots of limits that processes share.</summary>
/// <typeparam name="TOpener">The opener of the store.</typeparam>
public abstract class LimitContract<TOpener> : StoreContract<TOpener>
    where TOpener : class, new()
{
    [StoreFact]
    public void ALimitIsOneInAnyCase()
    {
        LimitRow made = Do(Own, new LimitCommand.Set("Üben", 2, null)).Limit!;

        Assert.Equal(new LimitUse(new LimitRow(made.Id, "Üben", 2, null), Active: 0, Waiting: 0), Other.Limits.Find("üBEN"));
        Assert.Equal(made with { MaxConcurrency = null, PerSecond = 3 }, Do(Other, new LimitCommand.Set("üben", null, 3)).Limit);
        Assert.Equal("Üben", Assert.Single(Own.Limits.All()).Name);
        Assert.True(Do(Own, new LimitCommand.Remove("ÜBEN")).IsDone);
        Assert.False(Do(Own, new LimitCommand.Remove("ÜBEN")).IsDone);
        Assert.Empty(Other.Limits.All());
        Assert.Null(Other.Limits.Find("Üben"));
    }

    [StoreFact]
    public void AClaimOnNoLimitIsGranted() => Assert.Equal(new LimitAnswer(), Request(Own));

    [StoreFact]
    public void WhoWaitsIsGrantedInItsTurnAndTold()
    {
        Do(Own, new LimitCommand.Set("limit", 1, null));
        LimitAnswer first = Request(Own), second = Request(Other), third = Request(Own);
        Assert.Equal((true, false, false), (first.IsDone, second.IsDone, third.IsDone));
        Assert.Equal((1, 2), Use());
        IReadOnlyList<LimitHolder> holders = Own.Limits.Holders(Own.Limits.All()[0].Id);
        Assert.Equal(
            [(first.Claim, LimitClaimState.Held), (second.Claim, LimitClaimState.Waiting), (third.Claim, LimitClaimState.Waiting)],
            holders.Select(holder => (holder.Claim, holder.State)));
        Assert.Equal(2, holders.Select(holder => holder.Process).Distinct().Count());

        Assert.Empty(Granted(Own, new LimitCommand.GiveUp(first.Claim)));
        Assert.Equal([second.Claim], Look(Other));
        Assert.Empty(Look(Own));
        Do(Other, new LimitCommand.GiveUp(second.Claim));

        Assert.Equal([third.Claim], Look(Own));
        Assert.Empty(Look(Own));
        Assert.Equal((1, 0), Use());
    }

    [StoreFact]
    public void ALentSlotIsHadBackBeforeAllThatWait()
    {
        Do(Own, new LimitCommand.Set("limit", 1, null));
        long lender = Request(Own).Claim;
        Do(Own, new LimitCommand.Lend(lender));
        LimitAnswer borrower = Request(Other);
        Assert.True(borrower.IsDone);
        long waits = Request(Other).Claim;

        Assert.False(Do(Own, new LimitCommand.Reclaim(lender)).IsDone);
        Do(Other, new LimitCommand.GiveUp(borrower.Claim));

        Assert.Equal([lender], Look(Own));
        Assert.Empty(Look(Other));
        Do(Own, new LimitCommand.GiveUp(lender));
        Assert.Equal([waits], Look(Other));
    }

    [StoreFact]
    public void WhatAProcessHeldThatDiedIsFree()
    {
        Do(Own, new LimitCommand.Set("limit", 1, null));
        Request(Other);
        Request(Other);
        long waits = Request(Own).Claim;
        long dead = Assert.Single(Own.Limits.Others());

        Assert.Equal([waits], Granted(Own, new LimitCommand.Bury([dead])));

        Assert.Empty(Own.Limits.Others());
    }

    [StoreFact]
    public void SoManyStartASecond()
    {
        Do(Own, new LimitCommand.Set("limit", null, 2));
        Assert.True(Request(Own).IsDone);
        Assert.True(Request(Other).IsDone);
        LimitOutcome third = Own.Limits.Do([new LimitCommand.Request(["limit"])]);
        Assert.False(third.Answers[0].IsDone);
        Assert.Equal(1_000_000, third.Due);

        Time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Empty(Look(Own));
        Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal([third.Answers[0].Claim], Look(Own));
    }

    [StoreFact]
    public void OneLimitThatIsRemovedKeepsNobodyWaitingForIt()
    {
        Do(Own, new LimitCommand.Set("limit", 1, null));
        Request(Own);
        long waits = Request(Other).Claim;

        Do(Own, new LimitCommand.Remove("limit"));

        Assert.Equal([waits], Look(Other));
    }

    [StoreFact]
    public void AClaimWhoseRowsAreGoneIsPutBack()
    {
        Do(Own, new LimitCommand.Set("limit", 1, null));
        long held = Request(Own).Claim;
        Assert.Equal(held, Do(Own, new LimitCommand.Keep(held, LimitClaimState.Held, ["limit"])).Claim);
        Do(Other, new LimitCommand.GiveUp(held));
        Assert.False(Do(Own, new LimitCommand.Check(held)).IsDone);

        long again = Do(Own, new LimitCommand.Keep(held, LimitClaimState.Held, ["limit"])).Claim;

        Assert.NotEqual(held, again);
        Assert.Equal((1, 0), Use());
        Assert.Equal(0, Do(Own, new LimitCommand.Keep(held, LimitClaimState.Held, ["none"])).Claim);
        Assert.False(Do(Own, new LimitCommand.ReclaimLost(["limit"])).IsDone);
    }

    [StoreFact]
    public void CommandsAreDoneTogetherOrNotAtAll()
    {
        Do(Own, new LimitCommand.Set("limit", 1, null));

        Assert.ThrowsAny<Exception>(() => Own.Limits.Do([new LimitCommand.Request(["limit"]), new LimitCommand.Set(null!, 1, null)]));

        Assert.Equal((0, 0), Use());
    }

    private static LimitAnswer Do(IHistoryStore store, LimitCommand command) => Assert.Single(store.Limits.Do([command]).Answers);

    private static IReadOnlyList<long> Granted(IHistoryStore store, LimitCommand command) => store.Limits.Do([command]).Granted;

    private static LimitAnswer Request(IHistoryStore store) => Do(store, new LimitCommand.Request(["LIMIT"]));

    private static IReadOnlyList<long> Look(IHistoryStore store) => Granted(store, new LimitCommand.Look());

    private (int Active, int Waiting) Use() => Own.Limits.Find("limit") is { } use ? (use.Active, use.Waiting) : default;
}
