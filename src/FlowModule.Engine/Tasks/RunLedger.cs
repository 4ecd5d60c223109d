namespace FlowModule.Engine.Tasks;

/// <summary>
/// The starts of a run, in earlier attempts and processes, by key: a start with the same key finds
/// the earlier outcome. The second of two equal starts finds the second outcome.
/// </summary>
/// <param name="stored">The starts of earlier processes; null for none.</param>
/// <param name="remembers">Whether a later attempt may need the current starts.</param>
internal sealed class RunLedger(StoredRuns? stored = null, bool remembers = true)
{
    // How many starts with the same name are searched for the most similar one.
    private const int Considered = 16;

    private readonly object _gate = new();
    private readonly Dictionary<string, (List<LedgerEntry> Entries, int Next)> _entries = new(StringComparer.Ordinal);
    private ILookup<string, LedgerEntry>? _earlier;
    private int _attempt;

    /// <summary>The entry of a start.</summary>
    /// <param name="key">The key: its kind, name, script, input, and the values that its script reads from its surroundings.</param>
    /// <param name="storedKey">The key in the form of the history.</param>
    /// <param name="traits">The traits that distinguish it; null if no reason is needed.</param>
    internal LedgerEntry Enter(string key, string? storedKey = null, StartTraits? traits = null)
    {
        lock (_gate)
        {
            if (!remembers)
            {
                return Make(storedKey, traits);
            }

            (List<LedgerEntry> entries, int next) = _entries.TryGetValue(key, out (List<LedgerEntry>, int) known) ? known : ([], 0);
            if (next == entries.Count)
            {
                entries.Add(Make(storedKey, traits));
            }
            else
            {
                entries[next].NextAttempt(_attempt);
            }

            _entries[key] = (entries, next + 1);
            return entries[next];
        }
    }

    /// <summary>The run begins again: from now on, starts are compared with those of earlier attempts.</summary>
    internal void NextAttempt()
    {
        lock (_gate)
        {
            foreach (string key in _entries.Keys.ToArray())
            {
                _entries[key] = _entries[key] with { Next = 0 };
            }

            _earlier = null;
            _attempt++;
        }
    }

    private LedgerEntry Make(string? storedKey, StartTraits? traits)
    {
        IStoredRun? same = storedKey is null ? null : stored?.Take(storedKey);
        var entry = new LedgerEntry(same, remembers) { Traits = remembers ? traits : null, Attempt = _attempt };
        entry.WhyAgain = same is null ? traits is null ? null : WhyUnlike(traits) : entry.Completed is null ? same.WhyAgain : null;
        return entry;
    }

    /// <summary>Why a start matches none of the earlier ones; null if none with its name is left.</summary>
    private string? WhyUnlike(StartTraits traits)
    {
        IEnumerable<ReadOnlyMemory<byte>> left = stored?.MarksOfLeft(traits.Name) ?? [];
        if (_attempt > 0)
        {
            _earlier ??= _entries.Values.SelectMany(static known => known.Entries)
                .Where(static entry => entry is { Completed: not null, Traits: not null })
                .ToLookup(static entry => entry.Traits!.Name, StringComparer.OrdinalIgnoreCase);
            left = _earlier[traits.Name].Where(entry => entry.Attempt < _attempt).Select(static entry => entry.Traits!.Marks).Concat(left);
        }

        ReadOnlyMemory<byte>[] considered = [.. left.Take(Considered)];
        return considered.Length == 0 ? null : traits.WhyUnlike(considered.MinBy(traits.Differences));
    }
}
