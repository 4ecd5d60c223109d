namespace FlowModule.Engine;

/// <summary>
/// What a run had started in earlier processes. Each is given once: of equal ones those that completed first, in the order that they
/// were started. Not thread-safe: the ledger asks under its lock.
/// </summary>
/// <param name="load">Reads them, when the first is asked for.</param>
internal sealed class StoredRuns(Func<IEnumerable<IStoredRun>> load)
{
    private Dictionary<string, Queue<IStoredRun>>? _byKey;

    internal IStoredRun? Take(string key)
    {
        _byKey ??= load()
            .OrderByDescending(static run => run.IsCompleted)
            .GroupBy(static run => run.Key, StringComparer.Ordinal)
            .ToDictionary(static runs => runs.Key, static runs => new Queue<IStoredRun>(runs), StringComparer.Ordinal);
        if (!_byKey.TryGetValue(key, out Queue<IStoredRun>? runs))
        {
            return null;
        }

        IStoredRun run = runs.Dequeue();
        if (runs.Count == 0)
        {
            _byKey.Remove(key);
        }

        return run;
    }
}
