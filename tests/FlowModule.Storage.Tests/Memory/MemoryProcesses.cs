using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Storage.Tests.Memory;

/// <summary>The processes that record runs in the history.</summary>
[SuppressMessage("Performance", "CA1852:Seal internal types", Justification = "The engine's tests derive one from it that fails.")]
internal class MemoryProcesses(MemoryStore store) : IProcessStore
{
    private static readonly string Version = typeof(FlowRow).Assembly.GetName().Version?.ToString() ?? "0";

    private IEnumerable<ProcessRecord> All => store.Tables.Processes.Values.Select(process => process.Record);

    private DateTimeOffset Now => store.Clock.GetUtcNow();

    public long Register(ProcessIdentity identity) => store.Change(() =>
    {
        ProcessRecord? known = All.FirstOrDefault(process => process.Identity.Key == identity.Key);
        ProcessRecord record = known is not null
            ? known with { Heartbeat = Now, EndTime = null }
            : new ProcessRecord { Number = store.NextNumber(), Identity = identity, Heartbeat = Now };
        Set(record);
        return store.Process = record.Number;
    });

    public virtual bool Beat() => store.Change(() =>
    {
        if (Find(store.Process) is not { EndTime: null } own)
        {
            return false;
        }

        Set(own with { Heartbeat = Now });
        return true;
    });

    public virtual void End(bool hasRecorded) => store.Change(() =>
    {
        if (Find(store.Process) is not { } own)
        {
            return;
        }

        if (hasRecorded)
        {
            DateTimeOffset last = own.Heartbeat > Now ? own.Heartbeat : Now;
            Set(own with { Heartbeat = last, EndTime = last });
        }
        else
        {
            store.Tables = store.Tables with { Processes = store.Tables.Processes.Remove(own.Number) };
        }
    });

    public IReadOnlyList<ProcessRecord> Open()
    {
        MemoryTables tables = store.Tables;
        return [.. All.Where(process => process.Number != store.Process && (process.EndTime is null || RunsOf(tables, process.Number).Any()))];
    }

    public ProcessRecord? Find(long number) => store.Tables.Processes.GetValueOrDefault(number)?.Record;

    public ProcessRecord? Of(Guid run) => store.Tables.Runs.TryGetValue(run, out MemoryRun? found) ? Find(found.Process) : null;

    public void NoteKill(long number, string? reason) => store.Change(() =>
    {
        if (Find(number) is { } process)
        {
            Set(process with { KillReason = reason });
        }
    });

    public IReadOnlyList<Guid> EndRuns(ProcessRecord process, StateType type, Func<DateTimeOffset, string> describe) => store.Change(() =>
    {
        if (Find(process.Number) is not { } now || now.Heartbeat != process.Heartbeat || now.EndTime != process.EndTime)
        {
            return [];
        }

        MemoryRun[] left = [.. RunsOf(store.Tables, process.Number).OrderBy(run => run.Row.Id)];
        DateTimeOffset seen = LastSign(now, left);
        ImmutableDictionary<Guid, MemoryRun> runs = store.Tables.Runs;
        if (left.Length > 0)
        {
            var state = new FlowStateRecord(type, name: null, describe(seen.ToLocalTime()), seen.ToLocalTime());
            runs = runs.SetItems(left.Select(run => KeyValuePair.Create(run.Row.Id, End(run, state))));
        }

        HashSet<Guid> ended = [.. left.Select(run => run.Row.Id)];
        store.Tables = store.Tables with
        {
            Runs = runs,
            Requests = store.Tables.Requests.RemoveRange(store.Tables.Requests.Where(request => ended.Contains(request.Value.Run)).Select(request => request.Key)),
        };
        Set(now with { EndTime = now.EndTime ?? seen });
        return left.Select(run => run.Row.Id).ToArray();
    });

    public CrashHook? TakeHook() => store.Change<CrashHook?>(() =>
    {
        MemoryRun? run = store.Tables.Runs.Values.Where(run => run.Hook is not null && run.Snapshot is { IsOver: true, State.Type: StateType.Crashed })
            .MinBy(run => run.Row.Id);
        if (run is null)
        {
            return null;
        }

        store.Tables = store.Tables with { Runs = store.Tables.Runs.SetItem(run.Row.Id, run with { Hook = null }) };
        return new CrashHook(run.Row.Id, run.Hook!);
    });

    private static MemoryRun End(MemoryRun run, FlowStateRecord state) =>
        run.Enter(state, run.Snapshot.StateCount, snapshot => snapshot with { IsOver = true }) with { Hook = state.Type == StateType.Crashed ? run.Hook : null };

    private static IEnumerable<MemoryRun> RunsOf(MemoryTables tables, long process) => tables.Runs.Values.Where(run => run.Process == process && run.IsLeft);

    private DateTimeOffset LastSign(ProcessRecord process, MemoryRun[] left)
    {
        HashSet<Guid> ids = [.. left.Select(run => run.Row.Id)];
        return left.Select(run => run.Snapshot.State.Timestamp)
            .Concat(store.Tables.Log.Values.Where(line => ids.Contains(line.RunId)).Select(line => line.Time))
            .Concat([process.Heartbeat, process.EndTime ?? process.Heartbeat]).Max();
    }

    private void Set(ProcessRecord process) =>
        store.Tables = store.Tables with { Processes = store.Tables.Processes.SetItem(process.Number, new MemoryProcess(process, Version)) };
}
