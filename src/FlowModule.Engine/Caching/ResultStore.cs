using FlowModule.Engine.Retries;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Caching;

/// <summary>
/// Expiring values by key, with a maximum number: the least recently used are removed first. Not thread-safe: the cache calls it under
/// its lock.
/// </summary>
internal sealed class ResultStore(TimeProvider time, int capacity, Action expire) : IResultStore
{
    private readonly long _start = time.GetTimestamp();
    private readonly Dictionary<string, Entry> _entries = [];

    /// <summary>The least recently used is last.</summary>
    private readonly LinkedList<Entry> _byUse = new();
    private readonly SortedSet<Entry> _byExpiry = new(Comparer<Entry>.Create(
        static (one, other) => (one.ExpiresAt, one.Number).CompareTo((other.ExpiresAt, other.Number))));

    private ITimer? _timer;
    private TimeSpan _timerDue = TimeSpan.MaxValue;
    private long _added;

    public int Count => _entries.Count;

    private TimeSpan Now => time.GetElapsedTime(_start);

    public bool TryGet(string key, out object? value)
    {
        if (Find(key) is not { } entry)
        {
            value = null;
            return false;
        }

        _byUse.Remove(entry.Use);
        _byUse.AddFirst(entry.Use);
        value = entry.Value;
        return true;
    }

    public bool Has(string key) => Find(key) is not null;

    /// <summary>Nothing to prepare: the object itself is kept.</summary>
    public EncodedValue Encode(object? value) => default;

    public void Set(string key, object? value, EncodedValue encoded, TimeSpan? expiration)
    {
        Remove(key);
        if (expiration <= TimeSpan.Zero)
        {
            return;
        }

        TimeSpan now = Now;
        bool expires = expiration < TimeSpan.MaxValue - now;
        var entry = new Entry(key, value, expires ? now + expiration!.Value : TimeSpan.MaxValue, _added++);
        _entries.Add(key, entry);
        _byUse.AddFirst(entry.Use);
        if (expires)
        {
            _byExpiry.Add(entry);
            SetTimer(now);
        }

        if (_entries.Count > capacity)
        {
            Remove(_byUse.Last!.Value);
        }
    }

    /// <summary>Removes expired results. A timer calls it, because results that are never requested again would otherwise stay forever.</summary>
    public void RemoveExpired()
    {
        _timerDue = TimeSpan.MaxValue;
        TimeSpan now = Now;
        while (_byExpiry.Min is { } first && first.ExpiresAt <= now)
        {
            Remove(first);
        }

        SetTimer(now);
    }

    /// <summary>No claim is needed: an in-memory store has no other processes.</summary>
    public ResultClaim Claim(string key, bool refresh, out long seen, out object? value) => Look(key, seen = 0, checksProcess: false, out value);

    public void Unclaim(string key)
    {
        // No claim to end: an in-memory store has no other processes.
    }

    public IDisposable? Watch(Action changed) => null;

    public ResultClaim Look(string key, long seen, bool checksProcess, out object? value)
    {
        value = null;
        return ResultClaim.Free;
    }

    public bool IsBehind => false;

    public void CatchUp()
    {
        // Nothing to catch up with: an in-memory store has no other processes.
    }

    public IReadOnlyList<string> Keys() => [.. _entries.Values.Where(entry => entry.ExpiresAt > Now).Select(entry => entry.Key)];

    public void Remove(ICollection<string> keys)
    {
        foreach (string key in keys)
        {
            Remove(key);
        }
    }

    internal void Remove(string key)
    {
        if (_entries.TryGetValue(key, out Entry? entry))
        {
            Remove(entry);
        }
    }

    private Entry? Find(string key) => _entries.TryGetValue(key, out Entry? entry) && entry.ExpiresAt > Now ? entry : null;

    private void Remove(Entry entry)
    {
        _entries.Remove(entry.Key);
        _byUse.Remove(entry.Use);
        _byExpiry.Remove(entry);
    }

    private void SetTimer(TimeSpan now)
    {
        // The timer may fire too early, because the entry that it was set for has gone; it is then set again.
        if (_byExpiry.Min is not { } first || first.ExpiresAt >= _timerDue)
        {
            return;
        }

        // Timers count in milliseconds. At least one, because nothing may fire within this call, under the cache's lock.
        _timerDue = first.ExpiresAt;
        double milliseconds = Math.Clamp(Math.Ceiling((first.ExpiresAt - now).TotalMilliseconds), 1, RetryDelay.Longest.TotalMilliseconds);
        _timer ??= time.CreateTimer(static call => ((Action)call!)(), expire, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
    }

    private sealed class Entry
    {
        internal Entry(string key, object? value, TimeSpan expiresAt, long number)
        {
            Key = key;
            Value = value;
            ExpiresAt = expiresAt;
            Number = number;
            Use = new LinkedListNode<Entry>(this);
        }

        internal string Key { get; }

        internal object? Value { get; }

        /// <summary>Counted from the creation of the store. The largest value: never.</summary>
        internal TimeSpan ExpiresAt { get; }

        /// <summary>Distinguishes entries that expire together.</summary>
        internal long Number { get; }

        internal LinkedListNode<Entry> Use { get; }
    }
}
