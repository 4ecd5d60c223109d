using FlowModule.Engine.Caching;
using FlowModule.Engine.History;
using FlowModule.Engine.Limits;
using FlowModule.Engine.Liveness;
using FlowModule.Engine.Schedules.Ticks;

namespace FlowModule.Engine.Tests.Support;

/// <summary>A store in memory that fails where the test says so.</summary>
internal sealed class MemoryStore : IHistoryStore, IRequestStore, IRetentionStore, IProcessStore
{
    private readonly List<HistoryEntry[]> _batches = [];
    private readonly HashSet<Guid> _processes = [];

    /// <summary>Called before each batch is kept: may throw, or wait.</summary>
    internal Action? Writing { get; set; }

    internal Action? Beating { get; set; }

    internal bool IsGone { get; set; }

    /// <summary>What the store is set aside as; null when another process has done so.</summary>
    internal string? AsideName { get; set; } = "memory.damaged";

    internal bool IsSetAside { get; private set; }

    internal bool IsClosed { get; private set; }

    internal bool HasEnded { get; private set; }

    internal int SecureCount { get; private set; }

    internal int PlaceCheckCount { get; private set; }

    internal int WholeCheckCount { get; private set; }

    internal bool IsBroken { get; set; }

    /// <summary>Whether it is this process that looks for old runs.</summary>
    internal bool IsToPrune { get; set; }

    internal HistoryEntry[][] Batches
    {
        get
        {
            lock (_batches)
            {
                return [.. _batches];
            }
        }
    }

    internal HistoryEntry[] Entries => [.. Batches.SelectMany(batch => batch)];

    internal StateEntry[] StatesOf(FlowRun run) => [.. Entries.OfType<StateEntry>().Where(entry => entry.Recording.Run == run)];

    public IRequestStore Requests => this;

    public IRetentionStore Retention => this;

    public IProcessStore Processes => this;

    public IResumeStore Resumes => throw new NotSupportedException();

    public IRunKeyStore Keys => throw new NotSupportedException();

    public IInputStore Inputs => throw new NotSupportedException();

    public ILimitStore Limits => throw new NotSupportedException();

    public IResultRows Results => throw new NotSupportedException();

    public IScheduleStore Schedules => throw new NotSupportedException();

    RetentionSettings IRetentionStore.Settings { get; set; } = RetentionSettings.Default;

    public void CheckPlace()
    {
        PlaceCheckCount++;
        if (IsGone)
        {
            throw new HistoryException(HistoryFault.Missing, "It is gone.");
        }
    }

    /// <summary>What was asked to be taken over, and of which store.</summary>
    internal List<(IHistoryStore Left, IReadOnlyList<Guid> Runs)> Carried { get; } = [];

    internal Action? Carrying { get; set; }

    public CarriedRuns CarryOver(IHistoryStore left, IReadOnlyList<Guid> runs)
    {
        Assert.False(((MemoryStore)left).IsClosed);
        Carried.Add((left, runs));
        Carrying?.Invoke();
        return new CarriedRuns(runs.Count, 7);
    }

    public void CheckWhole()
    {
        WholeCheckCount++;
        if (IsBroken)
        {
            throw new HistoryException(HistoryFault.Damaged, "It is damaged.");
        }
    }

    public void Secure() => SecureCount++;

    public string? SetAside()
    {
        Dispose();
        IsSetAside = true;
        return AsideName;
    }

    public void Write(IReadOnlyList<HistoryEntry> entries)
    {
        Assert.False(IsClosed);
        Writing?.Invoke();
        lock (_batches)
        {
            _batches.Add([.. entries]);
        }
    }

    public void Dispose() => IsClosed = true;

    public bool HasChanged() => false;

    // Nothing is read.
    public IReadOnlyList<FlowRunRecord> Find(RunQuery query) => [];

    public FlowStateRecord[] States(Guid run) => [];

    public EncodedValue Value(Guid run, RunValue value) => default;

    public IReadOnlyList<FlowLogRecord> Logs(LogQuery query) => [];

    public IReadOnlyList<FlowLogRecord> StateLines(LogQuery query) => [];

    public IReadOnlyDictionary<StateType, int> CountInside(Guid run) => new Dictionary<StateType, int>();

    public IReadOnlyList<string> FlowNames() => [];

    public string? Script(string hash) => null;

    public long ChangeNumber() => 0;

    public void Add(RunRequest request) => throw new NotSupportedException();

    public IReadOnlyList<RunRequest> Take() => [];

    public IReadOnlyList<Guid> FindExpired(RetentionSettings settings, Guid? after, int limit) => [];

    public IReadOnlyList<Guid> FindTree(Guid run) => [];

    public (int Done, int Removed) Remove(IReadOnlyList<Guid> runs, int start) => (runs.Count - start, 0);

    public void LeaveOut(Guid run, LogCut cut, string note)
    {
        // What is written is looked at, and not what stays of it.
    }

    public void RemoveUnused()
    {
        // There is nothing unused.
    }

    public bool Shrink() => false;

    public bool TryClaimPruning(DateTimeOffset now) => IsToPrune;

    public void CompletePruning(DateTimeOffset now) => throw new NotSupportedException();

    public HistoryStatistics Statistics() => throw new NotSupportedException();

    public long Register(ProcessIdentity identity, DateTimeOffset now)
    {
        _processes.Add(identity.Key);
        return 1;
    }

    public bool Beat(DateTimeOffset now)
    {
        Beating?.Invoke();
        return _processes.Count > 0;
    }

    public void End(DateTimeOffset now, bool hasRecorded) => HasEnded = true;

    public IReadOnlyList<ProcessRecord> Open() => [];

    ProcessRecord? IProcessStore.Find(long number) => null;

    public ProcessRecord? Of(Guid run) => null;

    public void NoteKill(long number, string? reason) => throw new NotSupportedException();

    public IReadOnlyList<Guid> EndRuns(ProcessRecord process, StateType type, Func<DateTimeOffset, string> describe) => [];

    public CrashHook? TakeHook() => null;
}
