using FlowModule.Wire;

namespace FlowModule.Remoting;

/// <summary>The hosts of one call: gives each new worker the host that has the fewest, and leaves out a host that fails again and again.</summary>
/// <param name="hosts">The hosts.</param>
/// <param name="throttlePerHost">How many workers a host has at once, at most, if it does not say that itself.</param>
/// <param name="connect">Connects to a host. Throws <see cref="WorkerStartException"/> if that is not possible. The first action receives stray lines, the second is called when the peer is given up.</param>
internal sealed class HostSet(IReadOnlyList<RemoteHost> hosts, int throttlePerHost, Func<RemoteHost, Action<string>, Action, IPeer> connect)
{
    /// <summary>How often a host may fail in a row.</summary>
    internal const int MostFailures = 3;

    // Whether a place is still needed, nobody tells. Only a call beside another of the same hosts waits for places.
    private const int LookEachMilliseconds = 200;

    private readonly object _gate = new();
    private readonly Place[] _places = [.. hosts.Select(host => new Place(host, host.Session is null ? host.ThrottlePerHost ?? throttlePerHost : 1))];
    private readonly Queue<string> _warnings = new();

    /// <summary>How many workers there can be at once.</summary>
    internal int Capacity => _places.Sum(place => place.Most);

    /// <summary>A new call: hosts that were left out are tried again.</summary>
    internal void Forgive()
    {
        lock (_gate)
        {
            foreach (Place place in _places)
            {
                place.Failures = 0;
            }

            _warnings.Clear();
        }
    }

    /// <summary>Connects to the host that has the fewest workers; to another, if it cannot be reached. While all are full it waits. Null if that is not needed any more.</summary>
    /// <exception cref="WorkerStartException">No host can be reached.</exception>
    internal IPeer? Connect(Action<string> stray, IPeerNeed need)
    {
        WorkerStartException? failure = null;
        while (true)
        {
            (Place? place, bool isNone) = Take(need);
            if (place is null)
            {
                return isNone ? throw NobodyLeft(failure) : null;
            }

            try
            {
                return connect(place.Host, stray, () => Release(place));
            }
            catch (WireVersionException)
            {
                Release(place);
                throw;
            }
            catch (WorkerStartException exception)
            {
                failure = exception;
                Failed(place.Host.Name, exception.Message);
                Release(place);
            }
        }
    }

    private WorkerStartException NobodyLeft(WorkerStartException? failure) => new(
        _places.Length == 1
            ? $"{(failure?.Message ?? $"Host '{_places[0].Host.Name}' cannot be used").TrimEnd('.')}. It has failed {MostFailures} times in a row."
            : $"No host is left: each of the {_places.Length} has failed {MostFailures} times in a row. {failure?.Message}".TrimEnd(),
        failure);

    /// <summary>A host did what it was asked for.</summary>
    internal void Worked(string? name)
    {
        lock (_gate)
        {
            if (Find(name) is { } place)
            {
                place.Failures = 0;
            }
        }
    }

    /// <summary>A host could not be reached, or was lost.</summary>
    internal void Failed(string? name, string reason)
    {
        lock (_gate)
        {
            if (Find(name) is { } place && ++place.Failures == MostFailures)
            {
                _warnings.Enqueue($"Host '{name}' is left out for the rest of the call: it has failed {MostFailures} times in a row. {reason}");
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Waits until no worker is in a session of the user; false if the time is not enough.</summary>
    internal bool WaitForSessions(TimeSpan limit)
    {
        long deadline = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        lock (_gate)
        {
            while (Array.Exists(_places, static place => place.Host.Session is not null && place.Count > 0))
            {
                if (deadline - Environment.TickCount64 is not (> 0 and var left))
                {
                    return false;
                }

                Monitor.Wait(_gate, (int)left);
            }

            return true;
        }
    }

    /// <summary>What a person must be told, once; null if there is nothing.</summary>
    internal string? TakeWarning()
    {
        lock (_gate)
        {
            return _warnings.TryDequeue(out string? warning) ? warning : null;
        }
    }

    /// <summary>Takes a place; or none, because no host is left, or because it is not needed any more.</summary>
    private (Place? Place, bool IsNone) Take(IPeerNeed need)
    {
        lock (_gate)
        {
            while (true)
            {
                Place[] usable = [.. _places.Where(place => place.Failures < MostFailures)];
                if (usable.Length == 0)
                {
                    return (null, true);
                }

                // Those that have failed come last, so that a run that has lost its host goes to another one.
                if (usable.Where(place => place.Count < place.Most).OrderBy(place => place.Failures).ThenBy(place => place.Count).FirstOrDefault() is { } free)
                {
                    free.Count++;
                    return (free, false);
                }

                if (!need.IsNeeded)
                {
                    return (null, false);
                }

                need.WaitsForPlace();
                Monitor.Wait(_gate, LookEachMilliseconds);
            }
        }
    }

    private void Release(Place place)
    {
        lock (_gate)
        {
            place.Count--;
            Monitor.PulseAll(_gate);
        }
    }

    private Place? Find(string? name) => Array.Find(_places, place => place.Host.Name == name);

    private sealed class Place(RemoteHost host, int most)
    {
        internal RemoteHost Host => host;

        /// <summary>How many workers it has at once. A session runs one pipeline at a time.</summary>
        internal int Most => most;

        internal int Count { get; set; }

        internal int Failures { get; set; }
    }
}
