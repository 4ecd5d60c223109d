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
    private const long TouchAfter = 60 * Second;

    /// <summary>How long a result is there that has expired, for those who wait for it in other processes.</summary>
    private const long Linger = 60 * Second;

    private const long Second = 1_000_000;

    /// <summary>The results in memory, as <see cref="Live"/>.</summary>
    private readonly ResultStore _live = new(history.Time, capacity, expire);
    private readonly Dictionary<string, long> _claims = [];

    /// <summary>Claims that have ended, and that the history could not be told so.</summary>
    private readonly List<long> _leftBehind = [];

    public int Count => _live.Count;

    private long Now => (history.Time.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public bool TryGet(string key, out object? value)
    {
        ResultRow? row = null;
        if (!history.TryUse(store => row = store.Results.Find(HashOf(key))))
        {
            return TryGetLive(key, number: null, out value);
        }

        if (row is not { } found)
        {
            return TryGetLive(key, number: 0, out value);
        }

        value = null;
        return !(found.Expires <= Now) && TryLoad(key, found, out value);
    }

    public bool Has(string key)
    {
        ResultRow? row = null;
        return history.TryUse(store => row = store.Results.Find(HashOf(key))) && row is { } found ? !(found.Expires <= Now) : _live.Has(key);
    }

    public EncodedValue Encode(object? value) => values.Encode(value);

    public void Set(string key, object? value, EncodedValue encoded, TimeSpan? expiration)
    {
        long number = 0;
        _claims.Remove(key, out long claim);
        bool isDone = TryChange(rows =>
        {
            byte[] hash = HashOf(key);
            long now = Now;
            rows.Delete(hash);
            if (encoded.Note is null)
            {
                number = rows.Add(hash, values.Mask(key), encoded.Text, ExpiryOf(expiration, now), now);
                rows.MakeRoom(now - Linger, bytes);
            }

            rows.Unclaim(claim);
        });
        if (!isDone)
        {
            number = 0;
            LeaveBehind(claim);
        }

        _live.Set(key, new Live(number, value), default, expiration);
    }

    public ResultClaim Claim(string key, bool refresh, out long seen, out object? value)
    {
        byte[] hash = HashOf(key);
        ResultRow? row = null;
        var result = ResultClaim.Free;
        value = null;
        TryChange(
            rows =>
            {
                row = rows.Find(hash);
                result = !refresh && row is { } found && !(found.Expires <= Now) ? ResultClaim.Found : ResultClaim.Free;
            },
            (store, rows) =>
            {
                if (result == ResultClaim.Found)
                {
                    return;
                }

                if (rows.Claimant(hash) is { } process && history.IsAlive(store, process))
                {
                    result = ResultClaim.Elsewhere;
                    return;
                }

                _claims[key] = rows.Claim(hash);
            });
        seen = row?.Number ?? 0;

        // One that cannot be read is none.
        return result != ResultClaim.Found || TryLoad(key, row!, out value) ? result : Claim(key, refresh: true, out seen, out value);
    }

    public void Unclaim(string key)
    {
        if (_claims.Remove(key, out long claim) && !TryChange(rows => rows.Unclaim(claim)))
        {
            LeaveBehind(claim);
        }
    }

    public IDisposable Watch(Action changed) => history.Watch(changed);

    public ResultClaim Look(string key, long seen, bool checksProcess, out object? value)
    {
        byte[] hash = HashOf(key);
        long? process = null;
        ResultRow? row = null;
        bool isGone = false;
        value = null;
        bool isDone = history.TryUse(store =>
        {
            // In this order: a claim ends together with the coming of its result.
            process = store.Results.Claimant(hash);
            row = store.Results.Find(hash);
            isGone = checksProcess && process is { } number && !history.IsAlive(store, number);
        });
        if (isDone && row is { } found && found.Number != seen && TryLoad(key, found, out value))
        {
            return ResultClaim.Found;
        }

        bool isComputed = isDone ? process is not null && !isGone : history.IsClosed;
        return isComputed ? ResultClaim.Elsewhere : ResultClaim.Free;
    }

    public bool IsBehind => _leftBehind.Count > 0 && !history.IsClosed;

    public void CatchUp() => TryChange(static _ => { });

    public void RemoveExpired() => _live.RemoveExpired();

    public IReadOnlyList<string> Keys()
    {
        IReadOnlyList<(byte[] Key, string About)> rows = [];
        long? number = history.TryUse(store => rows = store.Results.All()) ? 0 : null;
        IEnumerable<string> inMemory = _live.Keys().Where(key => TryGetLive(key, number, out _)).Select(values.Mask);
        return [.. rows.Select(row => row.About).Concat(inMemory).Distinct(StringComparer.Ordinal)];
    }

    public void Remove(ICollection<string> keys)
    {
        TryChange(rows =>
        {
            foreach ((byte[] key, string about) in rows.All())
            {
                if (keys.Contains(about))
                {
                    rows.Delete(key);
                }
            }
        });
        _live.Remove([.. _live.Keys().Where(key => keys.Contains(values.Mask(key)))]);
    }

    private static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    private static long? ExpiryOf(TimeSpan? expiration, long now) => expiration is { } time && time.Ticks / TimeSpan.TicksPerMicrosecond < long.MaxValue - now
        ? now + Math.Max(0, time.Ticks / TimeSpan.TicksPerMicrosecond)
        : null;

    /// <summary>The object that this process has, if it is the result of that number; of any, when none is given.</summary>
    private bool TryGetLive(string key, long? number, out object? value)
    {
        if (_live.TryGet(key, out object? entry) && entry is Live live && (number is null || live.Number == number))
        {
            value = live.Value;
            return true;
        }

        value = null;
        return false;
    }

    private bool TryLoad(string key, ResultRow row, out object? value)
    {
        if (row.Used < Now - TouchAfter)
        {
            long number = row.Number;
            history.TryUse(store => store.Results.Touch(number, Now));
        }

        return TryGetLive(key, row.Number, out value) || TryRead(key, row, out value);
    }

    private bool TryRead(string key, ResultRow row, out object? value)
    {
        string? text = null;
        value = null;
        if (!history.TryUse(store => text = store.Results.Text(row.Number)))
        {
            return false;
        }

        try
        {
            value = text is null ? null : values.Decode(text);
        }
        catch (FormatException)
        {
            return false;
        }

        TimeSpan? left = row.Expires is { } expires ? TimeSpan.FromMicroseconds(expires - Now) : null;
        _live.Set(key, new Live(row.Number, value), default, left);
        return true;
    }

    private bool TryChange(Action<IResultRows> change, Action<IHistoryStore, IResultRows>? more = null)
    {
        bool isDone = history.TryChange(store => store.Results.InTransaction(() =>
        {
            _leftBehind.ForEach(store.Results.Unclaim);
            change(store.Results);
            more?.Invoke(store, store.Results);
        }));
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
