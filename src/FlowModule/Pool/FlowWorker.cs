using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Leases;

namespace FlowModule;

/// <summary>A process that takes runs from queues and executes them, on some machine.</summary>
public sealed class FlowWorker
{
    internal FlowWorker(PoolWorkerRow row, HistoryAddress address, FlowRunRecord[]? runs = null)
    {
        Row = row;
        Run = runs ?? [];
        Address = address;
        Queue = [.. row.Queues];
        Tag = [.. row.Tags];
    }

    /// <summary>Its machine and its process.</summary>
    public string Name => Row.Name;

    /// <summary>The name of its machine.</summary>
    public string ComputerName => Row.Machine;

    /// <summary>The id of its process there.</summary>
    public int ProcessId => Row.ProcessId;

    /// <summary>The queues that it serves.</summary>
    public string[] Queue { get; }

    /// <summary>What it has that others may not have.</summary>
    public string[] Tag { get; }

    /// <summary>How many runs it executes at once.</summary>
    public int ThrottleLimit => Row.Places;

    /// <summary>How many of its processes are leased to callers now.</summary>
    public int Busy => Row.Busy;

    /// <summary>The runs that it executes, as of its last heartbeat: at most 20 of them.</summary>
    public FlowRunRecord[] Run { get; }

    /// <summary>Ready; Draining: it takes nothing new, and ends when it has nothing left; Gone: its process has died.</summary>
    public string Status => !Row.IsHere ? "Gone" : Row.IsDraining ? "Draining" : "Ready";

    /// <summary>When it began.</summary>
    public DateTimeOffset StartTime => Row.StartTime.ToLocalTime();

    /// <summary>The version of FlowModule that it has.</summary>
    public string Version => Row.Product;

    internal PoolWorkerRow Row { get; }

    internal HistoryAddress Address { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
