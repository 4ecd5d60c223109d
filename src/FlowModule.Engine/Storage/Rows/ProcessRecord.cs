namespace FlowModule.Engine.Storage.Rows;

/// <summary>A process as the history has it.</summary>
internal sealed record ProcessRecord
{
    /// <summary>Its number in the history.</summary>
    internal required long Number { get; init; }

    internal required ProcessIdentity Identity { get; init; }

    /// <summary>Its last sign of life, by its clock.</summary>
    internal required DateTimeOffset Heartbeat { get; init; }

    /// <summary>When it has ended, or was found dead; null before.</summary>
    internal DateTimeOffset? EndTime { get; init; }

    /// <summary>Why a person has had it ended, or null.</summary>
    internal string? KillReason { get; init; }
}
