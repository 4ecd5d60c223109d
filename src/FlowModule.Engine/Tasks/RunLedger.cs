namespace FlowModule.Engine;

/// <summary>
/// What a run has started, in earlier attempts and in earlier processes, by what was started: who starts the same again finds what
/// came of it. The second of two equal ones finds the second.
/// </summary>
/// <param name="stored">What was started in earlier processes; null for nothing.</param>
/// <param name="remembers">Whether what is started now may be asked for again: in a later attempt.</param>
internal sealed class RunLedger(StoredRuns? stored = null, bool remembers = true)
{
    private readonly object _gate = new();
    private readonly Dictionary<string, (List<LedgerEntry> Entries, int Next)> _entries = new(StringComparer.Ordinal);

    /// <summary>The entry of what is started now.</summary>
    /// <param name="key">What it is: its kind, name, script and input.</param>
    /// <param name="storedKey">The same as the history has it.</param>
    internal LedgerEntry Enter(string key, string? storedKey = null)
    {
        lock (_gate)
        {
            if (!remembers)
            {
                return Make(storedKey);
            }

            (List<LedgerEntry> entries, int next) = _entries.TryGetValue(key, out (List<LedgerEntry>, int) known) ? known : ([], 0);
            if (next == entries.Count)
            {
                entries.Add(Make(storedKey));
            }
            else
            {
                entries[next].NextAttempt();
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
        }
    }

    private LedgerEntry Make(string? storedKey) => new(storedKey is null ? null : stored?.Take(storedKey), remembers);
}
