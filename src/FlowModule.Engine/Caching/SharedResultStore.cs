using System.Security.Cryptography;
using System.Text;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Caching;

/// <summary>
/// Results in a history. What this process has computed or read it has in memory too, and gives the object itself as long as it is
/// what the history has; what cannot be kept is in memory only. When the history is in trouble, so is all else.
/// </summary>
internal sealed class SharedResultStore(IStoreAccess history, IValueCodec values, long bytes, int capacity, Action expire) : IResultStore
{
    /// <summary>How exactly it is known when a result was last used: each note costs a transaction.</summary>
    private static readonly TimeSpan UseAfter = TimeSpan.FromSeconds(60);

    /// <summary>The results in memory, as <see cref="Live"/>.</summary>
    private readonly ResultStore _live = new(history.Time, capacity, expire);
    private readonly Dictionary<string, long> _claims = [];

    /// <summary>Claims that have ended, and that the history could not be told so.</summary>
    private readonly List<long> _leftBehind = [];

    public int Count => _live.Count;

    public bool TryGet(string key, out object? value)
    {
        Live? live = LiveOf(key);
        ResultState? state = null;
        if (!history.TryUse(store => state = store.Results.Look(HashOf(key), live?.Number ?? 0)))
        {
            return TryGetLive(live, number: null, out value);
        }

        value = null;
        return state is { Row: { } row } ? row.IsValid && TryLoad(key, row, live, out value) : TryGetLive(live, number: 0, out value);
    }

    public bool Has(string key)
    {
        Live? live = LiveOf(key);
        ResultState? state = null;
        return history.TryUse(store => state = store.Results.Look(HashOf(key), live?.Number ?? 0)) && state is { Row: { } row } ? row.IsValid : live is not null;
    }

    public EncodedValue Encode(object? value) => values.Encode(value);

    public void Set(string key, object? value, EncodedValue encoded, TimeSpan? expiration)
    {
        long number = 0;
        _claims.Remove(key, out long claim);
        NewResult? result = encoded.Note is null ? new NewResult(values.Mask(key), encoded.Text, expiration) : null;
        if (!TryChange(results => number = results.Publish(HashOf(key), claim, result, bytes)))
        {
            number = 0;
            LeaveBehind(claim);
        }

        _live.Set(key, new Live(number, value), default, expiration);
    }

    public ResultClaim Claim(string key, bool refresh, out long seen, out object? value)
    {
        byte[] hash = HashOf(key);
        Live? live = LiveOf(key);
        ResultState state = new(Row: null, Claimant: null);
        bool isDone = TryChange(results => state = results.Claim(hash, refresh, live?.Number ?? 0));
        if (isDone && state.Claimant is { } process && IsDead(process))
        {
            isDone = TryChange(results => state = results.Claim(hash, refresh, live?.Number ?? 0, dead: process));
        }

        seen = isDone ? state.Row?.Number ?? 0 : 0;
        value = null;
        if (!isDone || state.Claim != 0)
        {
            if (isDone)
            {
                _claims[key] = state.Claim;
            }

            return ResultClaim.Free;
        }

        if (state.Claimant is not null)
        {
            return ResultClaim.Elsewhere;
        }

        // One that cannot be read is none.
        return TryLoad(key, state.Row!, live, out value) ? ResultClaim.Found : Claim(key, refresh: true, out seen, out value);
    }

    public void Unclaim(string key)
    {
        if (_claims.Remove(key, out long claim) && !TryChange(results => results.Fail([claim])))
        {
            LeaveBehind(claim);
        }
    }

    public IDisposable Watch(Action changed) => history.WatchShared(changed);

    public ResultClaim Look(string key, long seen, bool checksProcess, out object? value)
    {
        Live? live = LiveOf(key);
        ResultState state = new(Row: null, Claimant: null);
        bool isDone = history.TryUse(store => state = store.Results.Look(HashOf(key), live?.Number ?? 0));
        value = null;
        if (isDone && state.Row is { } row && row.Number != seen && TryLoad(key, row, live, out value))
        {
            return ResultClaim.Found;
        }

        bool isComputed = isDone ? state.Claimant is { } process && !(checksProcess && IsDead(process)) : history.IsClosed;
        return isComputed ? ResultClaim.Elsewhere : ResultClaim.Free;
    }

    public bool IsBehind => _leftBehind.Count > 0 && !history.IsClosed;

    public void CatchUp() => TryChange(static _ => { });

    public void RemoveExpired() => _live.RemoveExpired();

    public IReadOnlyList<string> Keys()
    {
        IReadOnlyList<string> stored = [];
        long? number = history.TryUse(store => stored = store.Results.All()) ? 0 : null;
        IEnumerable<string> inMemory = _live.Keys().Where(key => TryGetLive(LiveOf(key), number, out _)).Select(values.Mask);
        return [.. stored.Concat(inMemory).Distinct(StringComparer.Ordinal)];
    }

    public void Remove(ICollection<string> keys)
    {
        TryChange(results => results.Remove([.. keys]));
        _live.Remove([.. _live.Keys().Where(key => keys.Contains(values.Mask(key)))]);
    }

    private static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private Live? LiveOf(string key) => _live.TryGet(key, out object? entry) ? entry as Live : null;

    /// <summary>The object that this process has, if it is the result of that number; of any, when none is given.</summary>
    private static bool TryGetLive(Live? live, long? number, out object? value)
    {
        value = live?.Value;
        return live is not null && (number is null || live.Number == number);
    }

    /// <summary>Whether a process is dead. False if that cannot be told, because the history cannot be used.</summary>
    private bool IsDead(long process)
    {
        bool isDead = false;
        return history.TryUse(store => isDead = !history.IsAlive(store, process)) && isDead;
    }

    private bool TryLoad(string key, ResultRow row, Live? live, out object? value)
    {
        if (row.Unused > UseAfter)
        {
            history.TryUse(store => store.Results.Use(row.Number));
        }

        if (TryGetLive(live, row.Number, out value))
        {
            return true;
        }

        try
        {
            value = row.Text is { } text ? values.Decode(text) : null;
        }
        catch (FormatException)
        {
            return false;
        }

        _live.Set(key, new Live(row.Number, value), default, row.Left);
        return true;
    }

    private bool TryChange(Action<ICacheStore> change)
    {
        bool isDone = history.TryChange(store =>
        {
            if (_leftBehind.Count > 0)
            {
                store.Results.Fail(_leftBehind);
            }

            change(store.Results);
        });
        if (isDone)
        {
            _leftBehind.Clear();
        }

        return isDone;
    }

    private void LeaveBehind(long claim)
    {
        if (claim != 0)
        {
            _leftBehind.Add(claim);
        }
    }

    /// <summary>A result in memory.</summary>
    /// <param name="Number">Its number in the history; 0 when it is in memory only.</param>
    /// <param name="Value">The result.</param>
    private sealed record Live(long Number, object? Value);
}
