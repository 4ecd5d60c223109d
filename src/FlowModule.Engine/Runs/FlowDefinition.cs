using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Texts;

namespace FlowModule;

/// <summary>
/// What the engine needs to know of a flow: its name and its options. What a flow does is the host's business.
/// </summary>
public abstract class FlowDefinition
{
    private FlowRow? _row;

    /// <summary>Makes a flow with a name.</summary>
    /// <param name="name">The flow's name.</param>
    private protected FlowDefinition(string name) => Name = VisibleText.OfName(name);

    /// <summary>The flow's name.</summary>
    public string Name { get; }

    /// <summary>What the flow is for, or null.</summary>
    public string? Description { get; internal init; }

    /// <summary>How long one attempt may take, in seconds, before it is stopped and fails as TimedOut. Null: as long as it needs.</summary>
    public double? TimeoutSeconds => Policy.TimeoutSeconds;

    /// <summary>How many times a run that fails is tried again.</summary>
    public int Retry => Policy.Retry.Count;

    /// <summary>The limits that a run needs a slot of.</summary>
    public string[] Limit => [.. Policy.Limits];

    /// <summary>Where the body runs.</summary>
    public FlowIsolation Isolation => Policy.Isolation;

    /// <summary>Names of parameters whose values are kept nowhere, and masked in logs.</summary>
    public string[] Secret => [.. Policy.Secrets];

    /// <summary>How <c>Start-FlowTask</c> in this flow's body runs tasks.</summary>
    public FlowTaskRunner TaskRunner { get; internal init; }

    /// <summary>How many subflows a <c>Start-Subflow -Parallel</c> in this flow's body runs at once, unless it says itself. Null: the number of processors.</summary>
    public int? ThrottleLimit { get; internal init; }

    /// <summary>Words to find the flow's runs by.</summary>
    public string[] Tag { get; internal init; } = [];

    /// <summary>Whether a run fails when its body wrote an error, even if it went on to its end.</summary>
    public bool FailOnError { get; internal init; }

    /// <summary>How runs are run.</summary>
    internal RunPolicy Policy { get; init; } = RunPolicy.Default;

    /// <summary>The flow's source, for its history; null when there is none.</summary>
    internal virtual FlowScript? Script => null;

    /// <summary>The flow as its history keeps it: one object for all its runs, by which a store finds again what it knows of the flow.</summary>
    internal FlowRow Row => _row ??= MakeRow();

    private protected virtual FlowRow MakeRow() => new(Name, Tag)
    {
        ScriptHash = Script?.Hash,
        ScriptText = Script?.Text,
        ScriptPath = Script?.Path,
        ScriptLine = Script?.Line,
    };

    /// <summary>A value for who may change it, while the value itself is kept as it is: a copy of what can be changed and copied, else the value.</summary>
    internal virtual object? CopyOf(object? value) => value;

    /// <summary>Notes what values hold, and gives what puts that back; null when there is nothing to put back.</summary>
    internal virtual Action? Snapshot(object?[] values) => null;

    /// <summary>What one of its runs was started for, in a few words; null when there are none.</summary>
    internal virtual string? DescribeInput(FlowRun run) => null;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
