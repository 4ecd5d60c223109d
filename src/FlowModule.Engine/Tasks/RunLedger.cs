namespace FlowModule.Engine;

/// <summary>
/// What a run's attempts have started, by what was started: a later attempt that starts the same again finds what came of it.
/// The second of two equal ones finds the second.
/// </summary>
internal sealed class RunLedger
{
    private readonly object _gate = new();
    private readonly Dictionary<string, (List<LedgerEntry> Entries, int Next)> _entries = new(StringComparer.Ordinal);

    /// <summary>The entry of what is started now.</summary>
    /// <param name="key">What it is: its kind, name, script and input.</param>
    internal LedgerEntry Enter(string key)
    {
        lock (_gate)
        {
            (List<LedgerEntry> entries, int next) = _entries.TryGetValue(key, out (List<LedgerEntry>, int) known) ? known : ([], 0);
            if (next == entries.Count)
            {
                entries.Add(new LedgerEntry());
            }
            else
            {
                entries[next].Children.NextAttempt();
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
}

/// <summary>One thing that a run's attempts have started.</summary>
internal sealed class LedgerEntry
{
    private FlowState? _completed;
    private RunLedger? _children;

    /// <summary>The state it completed in; null when it has not.</summary>
    internal FlowState? Completed => Volatile.Read(ref _completed);

    /// <summary>What it has started itself.</summary>
    internal RunLedger Children => LazyInitializer.EnsureInitialized(ref _children, static () => new RunLedger());

    internal void Complete(FlowState state) => Volatile.Write(ref _completed, state);
}
