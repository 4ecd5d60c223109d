using FlowModule.Engine.Limits;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Storage.Tests.Contract;

/// <summary>Slots of limits that processes share.</summary>
/// <typeparam name="TOpener">The opener of the store.</typeparam>
public abstract class LimitContract<TOpener> : StoreContract<TOpener>
    where TOpener : class, new()
{
    [Fact]
    public void ALimitIsOneInAnyCase()
    {
        LimitRow made = Do(Own, desk => desk.Set("Straße", 2, null));

        Assert.Equal(new LimitRow(made.Id, "Straße", 2, null), Other.Limits.Find("STRAßE"));
        Assert.Equal(made with { MaxConcurrency = null, PerSecond = 3 }, Do(Other, desk => desk.Set("straße", null, 3)));
        Assert.Equal("Straße", Assert.Single(Own.Limits.All()).Name);
        Assert.True(Do(Own, desk => desk.Remove("STRASSE")) || Do(Own, desk => desk.Remove("straße")));
        Assert.Empty(Other.Limits.All());
    }

    [Fact]
    public void WhoWaitsIsGrantedInItsTurnAndTold()
    {
        Do(Own, desk => desk.Set("limit", 1, null));
        (long first, bool isFirst) = Request(Own);
        (long second, bool isSecond) = Request(Other);
        (long third, bool isThird) = Request(Own);
        Assert.Equal((true, false, false), (isFirst, isSecond, isThird));
        Assert.Equal((1, 2), Own.Limits.Count(Own.Limits.Find("limit")!.Id));

        Assert.Empty(GiveUp(Own, first));
        Assert.Equal([second], Look(Other));
        Assert.Empty(Look(Own));
        GiveUp(Other, second);

        Assert.Equal([third], Look(Own));
        Assert.Empty(Look(Own));
        Assert.Equal((1, 0), Own.Limits.Count(Own.Limits.Find("limit")!.Id));
    }

    [Fact]
    public void ALentSlotIsHadBackBeforeAllThatWait()
    {
        Do(Own, desk => desk.Set("limit", 1, null));
        long lender = Request(Own).Claim;
        Do(Own, desk =>
        {
            desk.Lend(lender);
            return true;
        });
        (long borrower, bool isGranted) = Request(Other);
        Assert.True(isGranted);
        long waits = Request(Other).Claim;

        Assert.False(Do(Own, desk => desk.Reclaim(lender)));
        GiveUp(Other, borrower);

        Assert.Equal([lender], Look(Own));
        Assert.Empty(Look(Other));
        GiveUp(Own, lender);
        Assert.Equal([waits], Look(Other));
    }

    [Fact]
    public void WhatAProcessHeldThatDiedIsFree()
    {
        Do(Own, desk => desk.Set("limit", 1, null));
        Request(Other);
        Request(Other);
        long waits = Request(Own).Claim;
        long dead = Assert.Single(Own.Limits.Others());

        List<long> granted = [];
        Own.Limits.InTransaction(() =>
        {
            LimitDesk desk = Desk(Own);
            desk.Bury([dead]);
            granted = desk.Granted;
        });

        Assert.Equal([waits], granted);
        Assert.Empty(Own.Limits.Others());
    }

    [Fact]
    public void SoManyStartASecond()
    {
        Do(Own, desk => desk.Set("limit", null, 2));
        Assert.True(Request(Own).IsGranted);
        Assert.True(Request(Other).IsGranted);
        (long third, bool isThird) = Request(Own);
        Assert.False(isThird);

        Time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Empty(Look(Own));
        Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal([third], Look(Own));
    }

    [Fact]
    public void WhatFailsLeavesNothing()
    {
        Do(Own, desk => desk.Set("limit", 1, null));

        Assert.Throws<InvalidOperationException>(() => Do<bool>(Own, desk =>
        {
            desk.Request(["limit"]);
            throw new InvalidOperationException();
        }));

        Assert.Equal((0, 0), Own.Limits.Count(Own.Limits.Find("limit")!.Id));
    }

    private LimitDesk Desk(IHistoryStore store) => new(store.Limits, (Time.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);

    private T Do<T>(IHistoryStore store, Func<LimitDesk, T> action)
    {
        T result = default!;
        store.Limits.InTransaction(() => result = action(Desk(store)));
        return result;
    }

    private (long Claim, bool IsGranted) Request(IHistoryStore store) => Do(store, desk => desk.Request(["LIMIT"]));

    private List<long> GiveUp(IHistoryStore store, long claim) => Do(store, desk =>
    {
        desk.GiveUp(claim);
        return desk.Granted;
    });

    private List<long> Look(IHistoryStore store) => Do(store, desk =>
    {
        desk.Look();
        return desk.Granted;
    });
}
