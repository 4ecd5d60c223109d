namespace FlowModule.Engine.History;

/// <summary>Pairs the child runs of two runs that did the same work.</summary>
internal static class RunPairs
{
    /// <summary>Pairs the children of two runs, in the order of the first: the same flow or task with the same input, otherwise the next of the same flow or task.</summary>
    internal static List<RunPair> Match(IReadOnlyList<FlowRunRecord> first, IReadOnlyList<FlowRunRecord> second)
    {
        var partners = new Dictionary<FlowRunRecord, FlowRunRecord>();
        var left = new List<FlowRunRecord>(second);
        foreach (Func<FlowRunRecord, string?> what in new Func<FlowRunRecord, string?>[] { KeyOf, NameOf, FlowOf })
        {
            var waiting = left.Where(run => what(run) is not null).GroupBy(run => what(run)!).ToDictionary(group => group.Key, group => new Queue<FlowRunRecord>(group));
            foreach (FlowRunRecord run in first.Where(run => !partners.ContainsKey(run)))
            {
                if (what(run) is { } same && waiting.TryGetValue(same, out Queue<FlowRunRecord>? queue) && queue.TryDequeue(out FlowRunRecord? partner))
                {
                    partners[run] = partner;
                }
            }

            var taken = partners.Values.ToHashSet();
            left.RemoveAll(taken.Contains);
        }

        return [.. first.Select(run => new RunPair(run, partners.GetValueOrDefault(run))), .. left.Select(run => new RunPair(First: null, run))];
    }

    private static string? KeyOf(FlowRunRecord run) => run.Key is { } key ? Convert.ToHexString(key) : null;

    // Task names contain numbers and so identify the task; subflow names are new in each run.
    private static string? NameOf(FlowRunRecord run) => run.Kind == RunKind.Task ? $"{run.FlowName}\n{run.Name}" : null;

    private static string? FlowOf(FlowRunRecord run) => $"{run.Kind}\n{run.FlowName}";
}

/// <summary>Two matching runs; one of them may be missing.</summary>
internal readonly record struct RunPair(FlowRunRecord? First, FlowRunRecord? Second);
