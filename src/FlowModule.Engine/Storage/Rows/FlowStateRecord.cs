namespace FlowModule;

/// <summary>A state of a run as stored in the history.</summary>
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

    /// <summary>The kind of state.</summary>
    public StateType Type { get; }

    /// <summary>The display name: usually the type, otherwise a more specific name such as TimedOut.</summary>
    public string Name { get; }

    /// <summary>Why the run was in this state, or null.</summary>
    public string? Message { get; }

    /// <summary>When the run entered this state, in local time.</summary>
    public DateTimeOffset Timestamp { get; }

    /// <summary>When the run is to continue, for a state that waits until a time; otherwise null.</summary>
    public DateTimeOffset? ScheduledTime { get; }

    /// <summary>Whether a text is the state's name or type, so that <c>$run.State -eq 'Failed'</c> is also true for a run that timed out.</summary>
    public override bool Equals(object? obj) => obj is string text
        ? Name.Equals(text, StringComparison.OrdinalIgnoreCase) || FlowState.NameOf(Type).Equals(text, StringComparison.OrdinalIgnoreCase)
        : ReferenceEquals(this, obj);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    /// <summary>The state's name.</summary>
    public override string ToString() => Name;
}
