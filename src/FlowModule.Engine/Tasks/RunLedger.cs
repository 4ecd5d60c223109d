namespace FlowModule.Engine.Tasks;

/// <summary>
/// What a run has started, in earlier attempts and in earlier processes, by what was started: who starts the same again finds what
/// came of it. The second of two equal ones finds the second.
/// </summary>
/// <param name="stored">What was started in earlier processes; null for nothing.</param>
/// <param name="remembers">Whether what is started now may be asked for again: in a later attempt.</param>
internal sealed class RunLedger(StoredRuns? stored = null, bool remembers = true)
{
    // Of how many starts of one name the one most alike is looked for.
    private const int Considered = 16;

    private readonly object _gate = new();
    private readonly Dictionary<string, (List<LedgerEntry> Entries, int Next)> _entries = new(StringComparer.Ordinal);
    private ILookup<string, LedgerEntry>? _earlier;
    private int _attempt;

    /// <summary>The entry of what is started now.</summary>
    /// <param name="key">What it is: its kind, name, script, input, and what its script takes from its surroundings.</param>
    /// <param name="storedKey">The same as the history has it.</param>
    /// <param name="traits">By what it can be told from others; null when nobody asks why it is another.</param>
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

    /// <summary>The run begins again: what is started from now on is compared with what its earlier attempts started.</summary>
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

    /// <summary>Why a start is none of those that were there before; null when none of its name is left of them.</summary>
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
