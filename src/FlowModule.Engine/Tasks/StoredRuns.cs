namespace FlowModule.Engine.Tasks;

/// <summary>
/// The runs that a run had started in earlier processes. Each is returned once: of equal ones, completed runs first, in the order of
/// their starts. Not thread-safe: the ledger calls it under its lock.
/// </summary>
/// <param name="load">Reads them, on first use.</param>
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

    /// <summary>The marks of the remaining runs with a name, completed ones first.</summary>
    internal IEnumerable<ReadOnlyMemory<byte>> MarksOfLeft(string name)
    {
        _byName ??= _all.ToLookup(static run => run.Name, StringComparer.OrdinalIgnoreCase);
        return _byName[name].Where(run => !_taken.Contains(run)).Select(static run => run.Marks);
    }
}
