namespace FlowModule;

/// <summary>A state of a run as the history keeps it.</summary>
public sealed class FlowStateRecord
{
    internal FlowStateRecord(StateType type, string? name, string? message, DateTimeOffset timestamp, DateTimeOffset? scheduledTime = null)
    {
        Type = type;
        Name = name ?? FlowState.NameOf(type);
        Message = message;
        Timestamp = timestamp;
        ScheduledTime = scheduledTime;
    }

    /// <summary>What the run was doing, or how it ended.</summary>
    public StateType Type { get; }

    /// <summary>What a person reads: usually the type, else for example TimedOut.</summary>
    public string Name { get; }

    /// <summary>Why the run was in this state, or null.</summary>
    public string? Message { get; }

    /// <summary>When the run entered this state, in local time.</summary>
    public DateTimeOffset Timestamp { get; }

    /// <summary>When the run was to go on, for a state that waits for a time; else null.</summary>
    public DateTimeOffset? ScheduledTime { get; }

    /// <summary>Whether a text is the state's name or type, so that <c>$run.State -eq 'Failed'</c> is true of a run that timed out too.</summary>
    public override bool Equals(object? obj) => obj is string text
        ? Name.Equals(text, StringComparison.OrdinalIgnoreCase) || FlowState.NameOf(Type).Equals(text, StringComparison.OrdinalIgnoreCase)
        : ReferenceEquals(this, obj);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    /// <summary>The state's name.</summary>
    public override string ToString() => Name;
}
