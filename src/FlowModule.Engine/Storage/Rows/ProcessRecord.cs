namespace FlowModule.Engine.Storage.Rows;

/// <summary>A process as the history stores it.</summary>
internal sealed record ProcessRecord
{
    /// <summary>Its number in the history.</summary>
    internal required long Number { get; init; }

    internal required ProcessIdentity Identity { get; init; }

    /// <summary>The time of its last heartbeat, by its own clock.</summary>
    internal required DateTimeOffset Heartbeat { get; init; }

    /// <summary>When it ended or was found dead; null before.</summary>
    internal DateTimeOffset? EndTime { get; init; }

    /// <summary>Why a person stopped it, or null.</summary>
    internal string? KillReason { get; init; }
}
