using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Storage.Tests.Memory;

namespace FlowModule.Engine.Tests.Support;

/// <summary>A store in memory, of a history of its own, that fails where the test says so.</summary>
internal sealed class TroubledStore(TimeProvider time) : MemoryStore(new MemoryDatabase(time)), IStoreFile
{
    private readonly List<HistoryBatch> _batches = [];

    /// <summary>Called before each batch is kept: may throw, or wait.</summary>
    internal Action? Writing { get; set; }

    internal Action? Beating { get; set; }

    internal bool IsGone { get; set; }

    /// <summary>What the store is set aside as; null when another process has done so.</summary>
    internal string? AsideName { get; set; } = "memory.damaged";

    internal bool IsSetAside { get; private set; }

    internal bool HasEnded { get; private set; }

    internal int SecureCount { get; private set; }

    internal int PlaceCheckCount { get; private set; }

    internal int WholeCheckCount { get; private set; }

    internal bool IsBroken { get; set; }

    /// <summary>Whether it is this process that looks for old runs.</summary>
    internal bool IsToPrune { get; set; }

    internal HistoryBatch[] Batches
    {
        get
        {
            lock (_batches)
            {
                return [.. _batches];
            }
        }
    }

    internal RunChange[] Entered => [.. Batches.SelectMany(batch => batch.Changes)];

    internal LogRow[] Lines => [.. Batches.SelectMany(batch => batch.Lines)];

    /// <summary>What was asked to be taken over, and of which store.</summary>
    internal List<(IHistoryStore Left, IReadOnlyList<Guid> Runs)> Carried { get; } = [];

    internal Action? Carrying { get; set; }

    public override IRetentionStore Retention => new TroubledRetention(this);

    public override IProcessStore Processes => new TroubledProcesses(this);

    public override IStoreFile File => this;

    internal RunChange[] StatesOf(FlowRun run) => [.. Entered.Where(change => change.RunId == run.Id)];

    public void CheckPlace()
    {
        PlaceCheckCount++;
        if (IsGone)
        {
            throw new HistoryException(HistoryFault.Missing, "It is gone.");
        }
    }

    public CarriedRuns CarryOver(IHistoryStore left, IReadOnlyList<Guid> runs)
    {
        Assert.False(((TroubledStore)left).IsClosed);
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

    public bool Shrink() => false;

    public string? SetAside()
    {
        Dispose();
        IsSetAside = true;
        return AsideName;
    }

    public override void Write(HistoryBatch batch)
    {
        Assert.False(IsClosed);
        Writing?.Invoke();
        base.Write(batch);
        var copy = new HistoryBatch();
        foreach (HistoryRow row in (IEnumerable<HistoryRow>)[.. batch.Changes, .. batch.Lines])
        {
            copy.Add(row);
        }

        lock (_batches)
        {
            _batches.Add(copy);
        }
    }

    private sealed class TroubledRetention(TroubledStore store) : MemoryRetention(store)
    {
        public override bool TryClaimPruning() => store.IsToPrune;
    }

    private sealed class TroubledProcesses(TroubledStore store) : MemoryProcesses(store)
    {
        public override bool Beat()
        {
            store.Beating?.Invoke();
            return base.Beat();
        }

        public override void End(bool hasRecorded)
        {
            base.End(hasRecorded);
            store.HasEnded = true;
        }
    }
}
