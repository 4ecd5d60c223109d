using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using FlowModule.Engine.Runs;
using FlowModule.Flows;
using FlowModule.Values;

namespace FlowModule;

/// <summary>
/// A named script block with options: what <c>New-Flow</c> creates, and what <c>Invoke-Flow</c> and <c>Start-Subflow</c> run.
/// Immutable, so one flow may run many times at once.
/// </summary>
public sealed class Flow : FlowDefinition
{
    private readonly Guid _home;
    private readonly Lazy<ScriptBlock> _unboundBody;
    private FlowScript? _script;

    internal Flow(string name, ScriptBlock scriptBlock, string? path = null)
        : base(name)
    {
        ScriptBlock = scriptBlock;
        Path = path;
        _home = Runspace.DefaultRunspace?.InstanceId ?? Guid.Empty;
        _unboundBody = new Lazy<ScriptBlock>(() => ScriptBlocks.Unbind(ScriptBlock));
    }

    /// <summary>The body of the flow.</summary>
    public ScriptBlock ScriptBlock { get; }

    /// <summary>The file of the flow's script (<c>New-Flow -Path</c>), or null.</summary>
    public string? Path { get; }

    /// <summary>The condition that decides whether a failed run is retried, or null.</summary>
    public ScriptBlock? RetryIf => Policy.Retry.Condition as ScriptBlock;

    /// <summary>The names of the flow's runs: a template (string) or a script block; null for two words.</summary>
    public object? RunName { get; internal init; }

    /// <summary>Whether this is the definition of a task, not of a flow.</summary>
    internal bool IsTask { get; init; }

    /// <summary>Whether it has its own name, not a default one.</summary>
    internal bool IsNamed { get; init; } = true;

    /// <summary>The word for it in messages.</summary>
    internal string Kind => IsTask ? "Task" : "Flow";

    /// <summary>The body for workers: with its file and lines, but without a session.</summary>
    internal ScriptBlock UnboundBody => _unboundBody.Value;

    /// <summary>Whether the flow's script block belongs to the runspace of the current thread.</summary>
    internal bool IsAtHome => Runspace.DefaultRunspace?.InstanceId == _home;

    internal override FlowScript? Script => _script ??= BodyAst is { } body ? FlowScripts.Of(body) : null;

    internal override string? DescribeInput(FlowRun run) => InputText.Of(run.InputObject, run.Parameters, run.Policy.Secrets);

    internal override object? CopyOf(object? value) => ValueCopy.Of(value);

    internal override Action? Snapshot(object?[] values) => ValueSnapshot.Of(values);

    internal ScriptBlockAst? BodyAst => ScriptBlocks.AstOf(ScriptBlock);
}
