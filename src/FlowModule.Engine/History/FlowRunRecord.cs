using System.Collections;
using FlowModule.Engine.History;

namespace FlowModule;

/// <summary>
/// A run as the history keeps it, at the moment when it was looked up: what <c>Get-FlowRun</c> gives. What is read only when it is
/// asked for, and may be large, is a hidden property in PowerShell: <c>Get-Member</c> and <c>ConvertTo-Json</c> leave it out.
/// </summary>
public sealed class FlowRunRecord : IFormattable
{
    private readonly RunHistory _history;
    private readonly Lazy<string?> _reason;
    private FlowStateRecord[]? _states;

    internal FlowRunRecord(RunHistory history)
    {
        _history = history;
        _reason = new Lazy<string?>(() => RunReason.Of(this));
    }

    /// <summary>The run's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>The run's name.</summary>
    public required string Name { get; init; }

    /// <summary>The name of the flow, or the task, that this is a run of.</summary>
    public required string FlowName { get; init; }

    /// <summary>Whether this is a run of a flow, of a subflow or of a task.</summary>
    public required RunKind Kind { get; init; }

    /// <summary>The state that the run was in.</summary>
    public required FlowStateRecord State { get; init; }

    /// <summary>When the run was made, in local time.</summary>
    public required DateTimeOffset CreatedTime { get; init; }

    /// <summary>When the body first started, or null.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>When the run ended, or null.</summary>
    public DateTimeOffset? EndTime { get; init; }

    /// <summary>How long the run has run, to its end or to when it was looked up; zero before its start.</summary>
    internal TimeSpan Duration => StartTime is { } start ? (EndTime ?? LookedUp) - start : TimeSpan.Zero;

    /// <summary>Why the run is in its state: the message, of a failed run also the place in the script, and what failed first inside of it.</summary>
    /// <exception cref="InvalidOperationException">The history cannot be read.</exception>
    internal string? Reason => _reason.Value;

    /// <summary>Which try this was, from 1.</summary>
    public int Attempt { get; init; }

    /// <summary>How many error records the body has written without ending.</summary>
    public int ErrorCount { get; init; }

    /// <summary>The words of the flow to find the run by.</summary>
    public string[] Tag { get; init; } = [];

    /// <summary>The run whose body started this one, or null.</summary>
    public Guid? ParentId { get; init; }

    /// <summary>The flow run at the top of those that this one is inside of; its own id if it is that.</summary>
    public required Guid RootId { get; init; }

    /// <summary>The run that this one is a restart of, or null.</summary>
    public Guid? RestartOf { get; init; }

    /// <summary>The name of the scheduled flow that started it, or null.</summary>
    public string? Schedule { get; init; }

    /// <summary>The time at which its schedule has it run, or null.</summary>
    public DateTimeOffset? ScheduledTime { get; init; }

    /// <summary>How far inside the run that <c>Get-FlowRun -Tree</c> was asked for this one is; 0 otherwise.</summary>
    public int Depth { get; internal set; }

    /// <summary>The file that the flow's script is in, or null.</summary>
    public string? ScriptPath { get; init; }

    /// <summary>The first line of the script in its file, or null.</summary>
    public int? ScriptLine { get; init; }

    /// <summary>A hash of the script's text (SHA-256): equal for equal scripts.</summary>
    public string? ScriptHash { get; init; }

    /// <summary>The computer that the run ran on.</summary>
    public string? ComputerName { get; init; }

    /// <summary>The id of the process that the run ran in.</summary>
    public int? ProcessId { get; init; }

    /// <summary>The version of the module that ran it.</summary>
    public string? ModuleVersion { get; init; }

    /// <summary>The states that the run has been in, oldest first.</summary>
    /// <exception cref="InvalidOperationException">The history cannot be read.</exception>
    internal FlowStateRecord[] States => _states ??= _history.States(Id);

    /// <summary>The parameters that the run was started with, by name; null when they were not kept.</summary>
    /// <exception cref="InvalidOperationException">The history cannot be read.</exception>
    internal IDictionary? Parameters => _history.Value(Id, RunValue.Parameters) as IDictionary;

    /// <summary>The piped object that the run was started for, or null.</summary>
    /// <exception cref="InvalidOperationException">The history cannot be read.</exception>
    internal object? InputObject => _history.Value(Id, RunValue.Input);

    /// <summary>The run's result, or null. What it was made of other than plain values has properties only.</summary>
    /// <exception cref="InvalidOperationException">The history cannot be read.</exception>
    internal object? Result => _history.Value(Id, RunValue.Result);

    /// <summary>What went wrong, and where in the script; or null.</summary>
    /// <exception cref="InvalidOperationException">The history cannot be read.</exception>
    internal string? Error => _history.Text(Id, RunValue.Error);

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>The run as the view ends its line with it; see <see cref="StateText"/>.</summary>
    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => string.IsNullOrEmpty(format) ? ToString() : StateText.Of(this, format);

    internal RunHistory History => _history;

    internal bool IsOver { get; init; }

    internal DateTimeOffset LookedUp { get; init; }

    /// <summary>How many states the run has been in, with the one that it was made in.</summary>
    internal int StateCount { get; init; }

    /// <summary>The key under which a resumed parent finds the run.</summary>
    internal byte[]? Key { get; init; }
}
