namespace FlowModule.Engine.Storage.Rows;

/// <summary>What a run is, as a store keeps it. Nothing of it ever changes.</summary>
internal sealed class RunRow
{
    internal required Guid Id { get; init; }

    /// <summary>The run whose body started this one, or null.</summary>
    internal Guid? ParentId { get; init; }

    /// <summary>The run at the top of those that this one is inside of; its own id if it is that.</summary>
    internal required Guid RootId { get; init; }

    internal required RunKind Kind { get; init; }

    /// <summary>The name, without secrets.</summary>
    internal required string Name { get; init; }

    internal required FlowRow Flow { get; init; }

    internal required DateTimeOffset CreatedTime { get; init; }

    /// <summary>What the run is among those that its parent starts; null when a resumed parent does not look for it.</summary>
    internal byte[]? Key { get; init; }

    /// <summary>The run that this one is a restart of, or null.</summary>
    internal Guid? RestartOf { get; init; }

    /// <summary>The name of the scheduled flow that it was started for, or null.</summary>
    internal string? Schedule { get; init; }

    /// <summary>The time at which its schedule has it run, or null.</summary>
    internal DateTimeOffset? ScheduledTime { get; init; }
}
