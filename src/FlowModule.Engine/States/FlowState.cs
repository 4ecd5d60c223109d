using FlowModule.Engine.States;
using FlowModule.Engine.Texts;

namespace FlowModule;

/// <summary>
/// One state of a run at one moment. Immutable. The last state of a run carries its result or its error,
/// and is what <c>Invoke-Flow</c> and <c>Start-Subflow</c> write to the pipeline.
/// </summary>
public sealed class FlowState : IFormattable
{
    internal FlowState(
        FlowRun run, StateType type, DateTimeOffset timestamp, string? name = null, string? message = null, object? result = null, object? error = null)
    {
        Run = run;
        Type = type;
        Name = name ?? NameOf(type);
        Message = message is null ? null : VisibleText.OfMessage(message);
        Timestamp = timestamp;
        Result = result;
        Error = error;
        HostName = run.HostName;
    }

    /// <summary>What the run is doing, or how it ended.</summary>
    public StateType Type { get; }

    /// <summary>The name that people read: usually the type, otherwise for example TimedOut.</summary>
    public string Name { get; }

    /// <summary>Why the run is in this state, or null.</summary>
    public string? Message { get; }

    /// <summary>When the run entered this state.</summary>
    public DateTimeOffset Timestamp { get; }

    /// <summary>The output of the body: null for nothing, the object for one object, an array for several. Null unless the state is terminal.</summary>
    public object? Result { get; }

    /// <summary>The error, in the host's form (in PowerShell an ErrorRecord), or null.</summary>
    public object? Error { get; }

    /// <summary>When the run continues, for a state that waits for a time (AwaitingRetry); otherwise null.</summary>
    public DateTimeOffset? ScheduledTime { get; internal init; }

    /// <summary>Whether -FailWhen allows this failure, so that it does not count for the parent run. Set before the parent is judged.</summary>
    internal bool IsTolerated { get; set; }

    /// <summary>The run that this state belongs to.</summary>
    public FlowRun Run { get; }

    /// <summary>The name of the machine that the body ran on; null for this one.</summary>
    public string? HostName { get; }

    /// <summary>Whether the run has ended: no other state follows.</summary>
    public bool IsFinal => IsFinalType(Type);

    /// <summary>Whether the run completed.</summary>
    public bool IsCompleted => Type == StateType.Completed;

    /// <summary>Whether the run ended in a state other than Completed.</summary>
    public bool IsFailure => IsFinal && Type != StateType.Completed;

    /// <summary>The state as the log lines show it: <c>Completed(message='All states completed.', type=COMPLETED)</c>.</summary>
    public override string ToString() =>
        $"{Name}(message={(Message is null ? "None" : $"'{Message}'")}, type={UpperNames[(int)Type]})";

    /// <summary>One part of the state, as the views show it; see <see cref="StateText"/>.</summary>
    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) =>
        string.IsNullOrEmpty(format) ? ToString() : StateText.Of(this, format, formatProvider);

    internal static bool IsFinalType(StateType type) => type >= StateType.Completed;

    internal static string NameOf(StateType type) => TypeNames[(int)type];

    private static readonly string[] TypeNames = Enum.GetNames<StateType>();
    private static readonly string[] UpperNames = [.. TypeNames.Select(name => name.ToUpperInvariant())];
}
