using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Storage.Tests.Contract;

/// <summary>Cached results, and who computes them.</summary>
/// <typeparam name="TOpener">The opener of the store.</typeparam>
public abstract class ResultContract<TOpener> : StoreContract<TOpener>
    where TOpener : class, new()
{
    private const long MuchRoom = 1_000_000;

    private static readonly byte[] Key = [1, 2];
    private static readonly byte[] OtherKey = [1, 3];
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [StoreFact]
    public void AResultIsThereForAll()
    {
        long number = Publish(Key, "about", "text", expiration: Minute);
        long nothing = Publish(OtherKey, "nothing", text: null);
        Time.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(new ResultRow(number, TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(20), "text"), Other.Results.Look(Key, known: 0).Row);
        Assert.Equal(new ResultRow(number, TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(20), Text: null), Other.Results.Look(Key, known: number).Row);
        Assert.Equal(new ResultRow(nothing, Left: null, TimeSpan.FromSeconds(20), Text: null), Other.Results.Look(OtherKey, known: 0).Row);
        Assert.Equal(["about", "nothing"], Other.Results.All());
        Other.Results.Use(number);
        Assert.Equal(TimeSpan.Zero, Own.Results.Look(Key, known: 0).Row!.Unused);
        Other.Results.Remove(["about", "unknown"]);
        Assert.Equal(new ResultState(Row: null, Claimant: null), Own.Results.Look(Key, known: 0));
        Assert.True(Publish(Key, "about", "text") > number);
    }

    [StoreFact]
    public void AResultReplacesTheEarlierOneOfItsKey()
    {
        long first = Publish(Key, "about", "old");

        long second = Publish(Key, "about", "new");

        Assert.True(second > first);
        Assert.Equal("new", Other.Results.Look(Key, first).Row!.Text);
        Assert.Equal(0, Own.Results.Publish(Key, claim: 0, result: null, MuchRoom));
        Assert.Null(Other.Results.Look(Key, known: 0).Row);
    }

    [StoreFact]
    public void RoomIsMadeByWhatHasExpiredAndWhatWasNotUsedForTheLongest()
    {
        Publish([1], "expired", "text", expiration: TimeSpan.Zero);
        long old = Publish([2], "old", new string('x', 1000));
        Time.Advance(TimeSpan.FromSeconds(59));
        Publish([3], "used", new string('x', 1000), room: 3000);
        Assert.Equal(["expired", "old", "used"], Own.Results.All());
        Time.Advance(TimeSpan.FromSeconds(1));

        Publish([4], "new", new string('x', 1000), room: 3000);

        Assert.Equal(["new", "used"], Own.Results.All());
        Assert.Null(Own.Results.Look([2], old).Row);
        Publish([5], "large", new string('x', 1000), room: 0);
        Assert.Empty(Own.Results.All());
    }

    [StoreFact]
    public void AKeyIsComputedByOneProcessUntilThatEnds()
    {
        RunRow run = Start(Own);
        long own = ProcessOf(Other, run).Number;
        long claim = Own.Results.Claim(Key, refresh: false, known: 0).Claim;
        Assert.NotEqual(0, claim);
        Assert.Equal(new ResultState(Row: null, own), Other.Results.Claim(Key, refresh: false, known: 0));
        Assert.Equal(own, Other.Results.Look(Key, known: 0).Claimant);

        Own.Results.Fail([claim]);

        Assert.Null(Own.Results.Look(Key, known: 0).Claimant);
        long next = Other.Results.Claim(Key, refresh: false, known: 0).Claim;
        Assert.True(next > claim);
        long number = Other.Results.Publish(Key, next, new NewResult("about", "text", Minute), MuchRoom);
        Assert.Equal(new ResultState(new ResultRow(number, Minute, TimeSpan.Zero, "text"), Claimant: null), Own.Results.Claim(Key, refresh: false, known: 0));
    }

    [StoreFact]
    public void AResultIsComputedAgainWhenItHasExpiredOrAProcessAsksForThat()
    {
        long number = Publish(Key, "about", "text", expiration: Minute);
        ResultState refreshed = Own.Results.Claim(Key, refresh: true, known: 0);
        Assert.NotEqual(0, refreshed.Claim);
        Assert.Equal(number, refreshed.Row!.Number);

        // Meanwhile the earlier one serves the others.
        Assert.Equal(new ResultState(refreshed.Row, Claimant: null), Other.Results.Claim(Key, refresh: false, known: 0));
        Own.Results.Fail([refreshed.Claim]);
        Time.Advance(Minute);

        Assert.False(Other.Results.Look(Key, known: 0).Row!.IsValid);
        Assert.NotEqual(0, Other.Results.Claim(Key, refresh: false, known: 0).Claim);
    }

    [StoreFact]
    public void AClaimOfADeadProcessIsTakenOverByOne()
    {
        long lost = Own.Results.Claim(Key, refresh: false, known: 0).Claim;
        long dead = Other.Results.Claim(Key, refresh: false, known: 0).Claimant!.Value;

        long taken = Other.Results.Claim(Key, refresh: false, known: 0, dead).Claim;

        Assert.True(taken > lost);
        Assert.Equal(0, OpenRegistered().Results.Claim(Key, refresh: false, known: 0, dead).Claim);
        Own.Results.Fail([lost]);
        Assert.NotNull(Own.Results.Look(Key, known: 0).Claimant);
    }

    [StoreFact]
    public void WhatFailsLeavesAllAsItWas()
    {
        long number = Publish(Key, "about", "text");
        long claim = Own.Results.Claim(Key, refresh: true, known: 0).Claim;

        Assert.ThrowsAny<Exception>(() => Own.Results.Publish(Key, claim, new NewResult(About: null!, "new", Expiration: null), MuchRoom));

        ResultState state = Own.Results.Look(Key, known: 0);
        Assert.Equal((number, true), (state.Row!.Number, state.Claimant is not null));
    }

    private long Publish(byte[] key, string about, string? text, TimeSpan? expiration = null, long room = MuchRoom) =>
        Own.Results.Publish(key, claim: 0, new NewResult(about, text, expiration), room);
}
