using System.Diagnostics.CodeAnalysis;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Storage.Tests.Memory;

/// <summary>Removes runs that are over.</summary>
[SuppressMessage("Performance", "CA1852:Seal internal types", Justification = "The engine's tests derive one from it that fails.")]
internal class MemoryRetention(MemoryStore store) : IRetentionStore
{
    // Few, so that what is written in pieces is so in tests too.
    private const int RunsAtOnce = 3;

    private static readonly TimeSpan PruningTime = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan PruningInterval = TimeSpan.FromDays(1);

    public RetentionSettings Settings
    {
        get => store.Tables.Retention;
        set => store.Change(() => store.Tables = store.Tables with { Retention = value, NextPruning = null });
    }

    public IReadOnlyList<Guid> FindExpired(RetentionSettings settings, Guid? after, int limit)
    {
        MemoryRun[] tops = [.. store.Tables.Runs.Values.Where(run => run.Row.ParentId is null).OrderByDescending(run => run.Row.Id)];
        return [.. tops.Where((run, index) => IsLetGo(run, index, settings)
                && run.Snapshot is { IsOver: true, State.Type: not StateType.Paused } && (after is null || run.Row.Id > after))
            .Select(run => run.Row.Id).Order().Take(limit)];
    }

    public IReadOnlyList<Guid> FindTree(Guid run)
    {
        MemoryRun[] tree = [.. new MemoryQuery(store.Tables).Inside(run)];
        return Array.TrueForAll(tree, inside => inside.Snapshot.IsOver) ? [.. tree.Select(inside => inside.Row.Id).Reverse()] : [];
    }

    public (int Done, int Removed) Remove(IReadOnlyList<Guid> runs, int start) => store.Change(() =>
    {
        Guid[] piece = [.. runs.Skip(start).Take(RunsAtOnce)];
        HashSet<Guid> over = [.. piece.Where(run => store.Tables.Runs.GetValueOrDefault(run)?.Snapshot.IsOver == true)];
        MemoryTables tables = store.Tables;
        store.Tables = tables with
        {
            Runs = tables.Runs.RemoveRange(over),
            Log = tables.Log.RemoveRange(tables.Log.Where(line => over.Contains(line.Value.RunId)).Select(line => line.Key)),
            Requests = tables.Requests.RemoveRange(tables.Requests.Where(request => over.Contains(request.Value.Run)).Select(request => request.Key)),
            Questions = tables.Questions.RemoveAll(question => over.Contains(question.Run)),
            Keys = tables.Keys.RemoveRange(tables.Keys.Where(key => over.Contains(key.Value)).Select(key => key.Key)),
        };
        return (piece.Length, over.Count);
    });

    public void LeaveOut(Guid run, LogCut cut, string note) => store.Change(() =>
    {
        long[] lines = [.. store.Tables.Log.Where(line => line.Value.RunId == run).Select(line => line.Key)];
        if (lines.Length < cut.Rows)
        {
            return;
        }

        int place = lines.Length - cut.Rows;
        LogRow first = store.Tables.Log[lines[place]];
        store.Tables = store.Tables with
        {
            Log = store.Tables.Log.SetItem(lines[place], new LogRow(run, first.Time, FlowLogLevel.Warning, note))
                .RemoveRange(lines.Skip(place + 1).Take(cut.Removed)),
        };
    });

    public void RemoveUnused() => store.Change(() =>
    {
        MemoryTables tables = store.Tables;
        HashSet<string?> scripts = [.. tables.Runs.Values.Select(run => run.Row.Flow.ScriptHash)];
        HashSet<long> processes = [store.Process, .. tables.Runs.Values.Select(run => run.Process)];
        store.Tables = tables with
        {
            Scripts = tables.Scripts.RemoveRange(tables.Scripts.Keys.Where(hash => !scripts.Contains(hash))),
            Processes = tables.Processes.RemoveRange(
                tables.Processes.Where(process => process.Value.Record.EndTime is not null && !processes.Contains(process.Key)).Select(process => process.Key)),
        };
    });

    public virtual bool TryClaimPruning() => store.Change(() =>
    {
        DateTimeOffset now = store.Clock.GetUtcNow();
        if (store.Tables.NextPruning is { } next && next > now && next <= now + PruningInterval + PruningInterval)
        {
            return false;
        }

        store.Tables = store.Tables with { NextPruning = now + PruningTime };
        return true;
    });

    public void CompletePruning() => store.Change(() => store.Tables = store.Tables with { NextPruning = store.Clock.GetUtcNow() + PruningInterval });

    public HistoryStatistics Statistics() => new(
        FormatVersion: 1,
        SizeInBytes: null,
        store.Tables.Runs.Count,
        store.Tables.Runs.Values.Count(run => run.Row.ParentId is null),
        store.Tables.Log.Count,
        store.Tables.Runs.IsEmpty ? null : store.Tables.Runs.Values.Min(run => run.Row.CreatedTime).ToLocalTime());

    private bool IsLetGo(MemoryRun run, int index, RetentionSettings settings) =>
        (settings.KeepDays is { } days && run.Snapshot.State.Timestamp < Before(days)) || index >= settings.KeepRuns;

    private DateTimeOffset Before(int days)
    {
        DateTimeOffset now = store.Database.Time.GetUtcNow();
        return days < (now - DateTimeOffset.UnixEpoch).TotalDays ? now.AddDays(-days) : DateTimeOffset.UnixEpoch;
    }
}
