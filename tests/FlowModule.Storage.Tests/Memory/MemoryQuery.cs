using System.Text.RegularExpressions;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Storage.Tests.Memory;

/// <summary>Finds runs.</summary>
internal sealed class MemoryQuery(MemoryTables tables)
{
    private static readonly TimeSpan Limit = Regex.InfiniteMatchTimeout;

    internal IReadOnlyList<RunSnapshot> Find(RunQuery query)
    {
        HashSet<Guid>? tree = query.Tree is { } top ? [.. Inside(top).Select(run => run.Row.Id)] : null;
        IEnumerable<MemoryRun> found = tables.Runs.Values.Where(run => tree?.Contains(run.Row.Id) != false && IsMeant(run, query))
            .OrderByDescending(run => run.Row.Id).Take(query.Last ?? int.MaxValue);
        return [.. found.OrderByDescending(run => run.Row.CreatedTime).Select(AsSeen)];
    }

    internal IReadOnlyList<RunSnapshot> LastOfEachFlow(int count) =>
    [
        .. tables.Runs.Values.Where(static run => run.Row.ParentId is null)
            .GroupBy(static run => run.Row.Flow.Name, StringComparer.OrdinalIgnoreCase)
            .SelectMany(runs => runs.OrderByDescending(static run => run.Row.Id).Take(count))
            .OrderByDescending(static run => run.Row.CreatedTime).Select(AsSeen),
    ];

    /// <summary>A run and all inside of it.</summary>
    internal IEnumerable<MemoryRun> Inside(Guid top)
    {
        ILookup<Guid?, MemoryRun> children = tables.Runs.Values.ToLookup(run => run.Row.ParentId);
        var next = new Queue<Guid>([top]);
        while (next.TryDequeue(out Guid id))
        {
            if (tables.Runs.TryGetValue(id, out MemoryRun? run))
            {
                yield return run;
            }

            foreach (MemoryRun child in children[id])
            {
                next.Enqueue(child.Row.Id);
            }
        }
    }

    private RunSnapshot AsSeen(MemoryRun run)
    {
        MemoryProcess? process = tables.Processes.GetValueOrDefault(run.Process);
        return run.Snapshot with
        {
            ComputerName = process?.Record.Identity.Machine,
            ProcessId = process?.Record.Identity.ProcessId,
            ModuleVersion = process?.Version,
        };
    }

    private static bool IsMeant(MemoryRun run, RunQuery query)
    {
        RunRow row = run.Row;
        return Any(query.Ids.Select(id => id == row.Id).Concat(query.Names.Select(name => Matches(row.Name, name))))
            && query.IdRange?.Contains(row.Id) != false
            && Any(query.FlowNames.Select(name => Matches(row.Flow.Name, name)))
            && query.Tags.All(tag => row.Flow.Tags.Any(own => Matches(own, tag)))
            && Any(query.Schedules.Select(name => Matches(row.Schedule, name)))
            && (query.Tick is null || query.Tick == row.ScheduledTime)
            && Any(query.States.Select(state => IsIn(run.Snapshot.State, state)))
            && Any(query.Kinds.Select(kind => kind == row.Kind && (kind != RunKind.Flow || row.ParentId is null)))
            && (query.Parent is null || query.Parent == row.ParentId)
            && (query.Since is null || Milliseconds(row.CreatedTime) >= Milliseconds(query.Since.Value))
            && (query.Before is null || Milliseconds(row.CreatedTime) < Milliseconds(query.Before.Value))
            && (query.Below is null || row.Id.CompareTo(query.Below.Value) < 0)
            && query.Words.All(word => Holds(run, word))
            && (!query.OnlyTop || row.ParentId is null)
            && (!query.OnlyOpen || !run.Snapshot.IsOver);
    }

    private static bool Holds(MemoryRun run, string word)
    {
        RunRow row = run.Row;
        string?[] shown = [row.Name, row.Flow.Name, run.Snapshot.State.Name, run.Snapshot.State.Message, row.Schedule, row.Flow.ScriptPath, .. row.Flow.Tags];
        return shown.Any(text => text?.Contains(word, StringComparison.OrdinalIgnoreCase) == true)
            || (RunIdRange.TryParse(word, out RunIdRange range) && range.Contains(row.Id));
    }

    private static long Milliseconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    private static bool Any(IEnumerable<bool> matches)
    {
        bool hasNone = true;
        foreach (bool match in matches)
        {
            hasNone = false;
            if (match)
            {
                return true;
            }
        }

        return hasNone;
    }

    private static bool IsIn(FlowStateRecord state, string wanted) => Enum.TryParse(wanted, ignoreCase: true, out StateType type) && Enum.IsDefined(type)
        ? state.Type == type
        : Matches(state.Name, wanted) || Matches(FlowState.NameOf(state.Type), wanted);

    private static bool Matches(string? text, string pattern) => text is not null
        && (text.Equals(pattern, StringComparison.OrdinalIgnoreCase)
            || Regex.IsMatch(text, NamePattern.OfText(pattern), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Limit));
}
