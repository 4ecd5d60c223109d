using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Storage.Tests.Contract;

/// <summary>Cached results, and who computes them.</summary>
/// <typeparam name="TOpener">The opener of the store.</typeparam>
public abstract class ResultContract<TOpener> : StoreContract<TOpener>
    where TOpener : class, new()
{
    private static readonly byte[] Key = [1, 2];
    private static readonly byte[] OtherKey = [1, 3];

    [StoreFact]
    public void AResultIsThereForAll()
    {
        long number = Add(Key, "about", "text", expires: 50, now: 10);
        long nothing = Add(OtherKey, "nothing", text: null);

        Assert.Equal(new ResultRow(number, 50, 10), Other.Results.Find(Key));
        Assert.Equal(("text", null), (Other.Results.Text(number), Other.Results.Text(nothing)));
        Assert.Equal(["about", "nothing"], Other.Results.All().Select(result => result.About));
        Change(Other, results => results.Touch(number, 20));
        Assert.Equal(20, Own.Results.Find(Key)!.Used);
        Change(Other, results => results.Delete(Key));
        Assert.Null(Own.Results.Find(Key));
        Assert.True(Add(Key, "about", "text") > number);
    }

    [StoreFact]
    public void RoomIsMadeByWhatHasExpiredAndWhatWasNotUsedForTheLongest()
    {
        Add([1], "expired", "text", expires: 5, now: 90);
        Add([2], "old", new string('x', 1000), now: 1);
        Add([3], "used", new string('x', 1000), now: 2);
        Add([4], "new", new string('x', 1000), now: 3);

        Change(Own, results => results.MakeRoom(expired: 5, bytes: 3000));

        Assert.Equal(["new", "used"], Own.Results.All().Select(result => result.About));
        Change(Own, results => results.MakeRoom(expired: 5, bytes: 0));
        Assert.Empty(Own.Results.All());
    }

    [StoreFact]
    public void AKeyIsComputedByWhoClaimedItLast()
    {
        Assert.Null(Own.Results.Claimant(Key));
        long first = Claim(Own), second = Claim(Other);
        RunRow run = Start(Other);
        Assert.Equal(ProcessOf(Own, run).Number, Own.Results.Claimant(Key));

        Change(Own, results => results.Unclaim(first));
        Assert.NotNull(Own.Results.Claimant(Key));
        Change(Own, results => results.Unclaim(second));

        Assert.Null(Own.Results.Claimant(Key));
    }

    [StoreFact]
    public void WhatFailsLeavesNothing()
    {
        Assert.Throws<InvalidOperationException>(() => Change(Own, results =>
        {
            results.Add(Key, "about", "text", expires: null, now: 1);
            results.Claim(Key);
            throw new InvalidOperationException();
        }));

        Assert.Null(Own.Results.Find(Key));
        Assert.Null(Own.Results.Claimant(Key));
    }

    private static void Change(IHistoryStore store, Action<IResultRows> change) => store.Results.InTransaction(() => change(store.Results));

    private static long Claim(IHistoryStore store)
    {
        long claim = 0;
        Change(store, results => claim = results.Claim(Key));
        return claim;
    }

    private long Add(byte[] key, string about, string? text, long? expires = null, long now = 1)
    {
        long number = 0;
        Change(Own, results => number = results.Add(key, about, text, expires, now));
        return number;
    }
}
