namespace FlowModule.Engine.Tasks;

/// <summary>
/// What a run had started in earlier processes. Each is given once: of equal ones those that completed first, in the order that they
/// were started. Not thread-safe: the ledger asks under its lock.
/// </summary>
/// <param name="load">Reads them, when the first is asked for.</param>
internal sealed class StoredRuns(Func<IEnumerable<IStoredRun>> load)
{
    private readonly HashSet<IStoredRun> _taken = [];
    private Dictionary<string, Queue<IStoredRun>>? _byKey;
    private ILookup<string, IStoredRun>? _byName;
    private IStoredRun[] _all = [];

    internal IStoredRun? Take(string key)
    {
        if (_byKey is null)
        {
            _all = [.. load().OrderByDescending(static run => run.IsCompleted)];
            _byKey = _all.GroupBy(static run => run.Key, StringComparer.Ordinal)
                .ToDictionary(static runs => runs.Key, static runs => new Queue<IStoredRun>(runs), StringComparer.Ordinal);
        }

        if (!_byKey.TryGetValue(key, out Queue<IStoredRun>? runs))
        {
            return null;
        }

        IStoredRun run = runs.Dequeue();
        _taken.Add(run);
        if (runs.Count == 0)
        {
            _byKey.Remove(key);
        }

        return run;
    }

    /// <summary>Those of a name that nobody has taken, such as completed first.</summary>
    internal IEnumerable<ReadOnlyMemory<byte>> MarksOfLeft(string name)
    {
        _byName ??= _all.ToLookup(static run => run.Name, StringComparer.OrdinalIgnoreCase);
        return _byName[name].Where(run => !_taken.Contains(run)).Select(static run => run.Marks);
    }
}
