using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Caching;

/// <summary>The rules of cached results that several processes share: what one transaction of a store does to its rows.</summary>
/// <param name="rows">The rows.</param>
internal sealed class CacheRules(IResultRows rows)
{
    /// <summary>How long a result stays that has expired, for those who wait for it in other processes.</summary>
    internal static readonly TimeSpan Linger = TimeSpan.FromSeconds(60);

    internal ResultState Claim(byte[] key, bool refresh, long known, long? dead)
    {
        ResultState state = rows.Look(key, known);
        if (!refresh && state.Row is { IsValid: true })
        {
            return state with { Claimant = null };
        }

        return state.Claimant is null || state.Claimant == dead
            ? new ResultState(state.Row, Claimant: null) { Claim = rows.Claim(key, state.Claimant is not null) }
            : state;
    }

    internal long Publish(byte[] key, long claim, NewResult? result, long bytes)
    {
        rows.Remove([key], claim == 0 ? [] : [claim]);
        if (result is null)
        {
            return 0;
        }

        long number = rows.Add(key, result);
        rows.MakeRoom(Linger, bytes);
        return number;
    }

    internal void Remove(IReadOnlyCollection<string> about) => rows.Remove([.. rows.Keys().Where(row => about.Contains(row.About)).Select(static row => row.Key)], []);
}
