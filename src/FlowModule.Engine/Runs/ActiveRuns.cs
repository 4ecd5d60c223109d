using System.Collections.Concurrent;

namespace FlowModule.Engine.Runs;

/// <summary>The runs of this process that have started and not ended, for <c>Stop-FlowRun</c> and its completion.</summary>
internal static class ActiveRuns
{
    private static readonly ConcurrentDictionary<Guid, FlowRun> Runs = new();

    internal static bool Any => !Runs.IsEmpty;

    internal static void Add(FlowRun run) => Runs[run.Id] = run;

    internal static void Remove(FlowRun run)
    {
        if (Runs.TryRemove(run.Id, out _))
        {
            FlowRuns.RaiseEnded(run);
        }
    }

    internal static FlowRun? Find(Guid id) => Runs.GetValueOrDefault(id);

    internal static FlowRun[] All() => [.. Runs.Values.OrderBy(run => run.Id)];
}
