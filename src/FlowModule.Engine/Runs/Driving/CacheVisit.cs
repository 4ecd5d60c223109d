using FlowModule.Engine.Caching;

namespace FlowModule.Engine.Runs.Driving;

/// <summary>A run's visit to the cache of results: its key, its ticket, and what the others learn of its end. Only a run with a cache policy makes one.</summary>
/// <param name="run">The run.</param>
/// <param name="services">The caches.</param>
/// <param name="changed">Called when a result that is waited for has come, or will not.</param>
internal sealed class CacheVisit(FlowRun run, RunServices services, Action changed)
{
    private string? _key;
    private CacheTicket? _ticket;
    private volatile bool _isStale;

    /// <summary>Whether nobody has asked for the key yet: a script of the user's makes it.</summary>
    internal bool NeedsKey => _ticket is null;

    /// <summary>Whether what it waited for has come, so that it has to ask again.</summary>
    internal bool IsStale => _isStale;

    /// <summary>Asks for the result. Returns the ticket; null when the run computes its result for itself alone.</summary>
    /// <param name="makeKey">Makes the key; null for a result that is not kept. Called once.</param>
    internal CacheTicket? Ask(Func<string?> makeKey)
    {
        if (_ticket is null || _isStale)
        {
            _key ??= makeKey();
            if (_key is null)
            {
                return null;
            }

            _isStale = false;
            IResultCache cache = run.Policy.Cache!.Policy.HasFlag(CachePolicy.Run) ? services.RunCache : services.Cache;
            _ticket = cache.Enter(
                _key,
                run.Policy.Cache.Refresh,
                () =>
                {
                    _isStale = true;
                    changed();
                },
                waited: _ticket);
        }

        if (_ticket.Kind == CacheTicketKind.Waiting && KeysComputedBy(run.Parent).Contains(_key, StringComparer.Ordinal))
        {
            // It would wait for a run that waits for it: a task that calls itself computes each result.
            _ticket.Abandon();
            _ticket = null;
        }

        return _ticket;
    }

    /// <summary>Those who wait for the same key learn what came of it.</summary>
    internal void Leave(FlowState final)
    {
        if (_ticket is not { Kind: not CacheTicketKind.Hit } ticket)
        {
            return;
        }

        if (final.IsCompleted && ticket.Kind == CacheTicketKind.Owner)
        {
            ticket.Complete(run.Flow.CopyOf(final.Result), run.Policy.Cache!.Expiration);
        }
        else
        {
            ticket.Abandon();
        }
    }

    /// <summary>The keys of results that are computed by a run or by one around it, here or in the process that has sent it.</summary>
    internal static IEnumerable<string> KeysComputedBy(FlowRun? run)
    {
        for (; run is not null; run = run.Parent)
        {
            if (run.Driver?.Cache?._ticket is { Kind: CacheTicketKind.Owner, IsOver: false } ticket)
            {
                yield return ticket.Key;
            }

            foreach (string key in run.ComputesElsewhere)
            {
                yield return key;
            }
        }
    }
}
