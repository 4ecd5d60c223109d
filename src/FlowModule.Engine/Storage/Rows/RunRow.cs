namespace FlowModule.Engine.Storage.Rows;

/// <summary>The data of a run that never changes, as stored.</summary>
internal sealed class RunRow
{
    internal required Guid Id { get; init; }

    /// <summary>The run whose body started this one, or null.</summary>
    internal Guid? ParentId { get; init; }

    /// <summary>The run at the top of this run's tree; its own id if it has no parent.</summary>
    internal required Guid RootId { get; init; }

    internal required RunKind Kind { get; init; }

    /// <summary>The name, without secrets.</summary>
    internal required string Name { get; init; }

    internal required FlowRow Flow { get; init; }

    internal required DateTimeOffset CreatedTime { get; init; }

    /// <summary>Identifies the run among its siblings; null if a resumed parent does not look for it.</summary>
    internal byte[]? Key { get; init; }

    /// <summary>The run that this one restarts, or null.</summary>
    internal Guid? RestartOf { get; init; }

    /// <summary>The name of the scheduled flow that started it, or null.</summary>
    internal string? Schedule { get; init; }

    /// <summary>The tick that it was started for, or null.</summary>
    internal DateTimeOffset? ScheduledTime { get; init; }
}
