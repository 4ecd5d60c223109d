using System.Collections.Concurrent;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Limits;

/// <summary>The limits of a history as this process knows them: those that were shown, and its own ones that hold while the history is in trouble.</summary>
internal sealed class KnownLimits(IStoreAccess history)
{
    /// <summary>The limits that were shown. Not under a lock: their numbers are looked up by whoever wants to see them.</summary>
    private readonly ConcurrentDictionary<string, FlowLimit> _shown = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The limits within this process, used while the history is in trouble.</summary>
    internal LimitTable Own { get; } = new(history.Time);

    /// <summary>The limit of a row, to be shown.</summary>
    internal FlowLimit Show(LimitRow row)
    {
        FlowLimit limit = _shown.GetOrAdd(row.Name, static (name, known) => new FlowLimit(name, known.Refresh), this);
        (limit.MaxConcurrency, limit.PerSecond) = (row.MaxConcurrency, row.PerSecond);
        return limit;
    }

    /// <summary>The limit was removed from the history.</summary>
    internal void Forget(string name) => _shown.TryRemove(name, out _);

    /// <summary>This process's own limits, which have limits of these names now.</summary>
    internal LimitTable OwnFor(string[] names)
    {
        Array.ForEach(names, name => FindOwn(name));
        return Own;
    }

    /// <summary>Returns this process's own limit, with the last known settings. An unknown limit allows one slot, which is the safe choice.</summary>
    internal FlowLimit FindOwn(string name)
    {
        if (Own.Find(name) is { } own)
        {
            return own;
        }

        (int? maxConcurrency, int? perSecond) = _shown.TryGetValue(name, out FlowLimit? known) ? known.Known : (1, null);
        return Own.Set(name, maxConcurrency, perSecond);
    }

    /// <summary>Shows a limit as it is now.</summary>
    private void Refresh(FlowLimit limit) => history.TryUse(store =>
    {
        (limit.Active, limit.Waiting) = (0, 0);
        if (store.Limits.Find(limit.Name) is { } use)
        {
            (limit.MaxConcurrency, limit.PerSecond) = (use.Limit.MaxConcurrency, use.Limit.PerSecond);
            (limit.Active, limit.Waiting) = (use.Active, use.Waiting);
        }
    });
}
