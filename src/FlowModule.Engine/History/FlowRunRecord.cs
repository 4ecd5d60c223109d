using System.Collections;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;

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
    private string[]? _tag;

    /// <param name="history">The history that it was looked up in.</param>
    /// <param name="run">The run as the history's store has it.</param>
    /// <param name="lookedUp">When it was looked up.</param>
    internal FlowRunRecord(RunHistory history, RunSnapshot run, DateTimeOffset lookedUp)
    {
        _history = history;
        Snapshot = run;
        LookedUp = lookedUp;
        _reason = new Lazy<string?>(() => RunReason.Of(this));
    }

    /// <summary>The run's id.</summary>
    public Guid Id => Snapshot.Run.Id;

    /// <summary>The run's name.</summary>
    public string Name => Snapshot.Run.Name;

    /// <summary>The name of the flow, or the task, that this is a run of.</summary>
    public string FlowName => Snapshot.Run.Flow.Name;

    /// <summary>Whether this is a run of a flow, of a subflow or of a task.</summary>
    public RunKind Kind => Snapshot.Run.Kind;

    /// <summary>The state that the run was in.</summary>
    public FlowStateRecord State => Snapshot.State;

    /// <summary>When the run was made, in local time.</summary>
    public DateTimeOffset CreatedTime => Snapshot.Run.CreatedTime;

    /// <summary>When the body first started, or null.</summary>
    public DateTimeOffset? StartTime => Snapshot.StartTime;

    /// <summary>When the run ended, or null.</summary>
    public DateTimeOffset? EndTime => Snapshot.EndTime;

    /// <summary>How long the run has run, to its end or to when it was looked up; zero before its start.</summary>
    internal TimeSpan Duration => StartTime is { } start ? (EndTime ?? LookedUp) - start : TimeSpan.Zero;

    /// <summary>Why the run is in its state: the message, of a failed run also the place in the script, and what failed first inside of it.</summary>
    /// <exception cref="InvalidOperationException">The history cannot be read.</exception>
    internal string? Reason => _reason.Value;

    /// <summary>Which try this was, from 1.</summary>
    public int Attempt => Snapshot.Attempt;

    /// <summary>How many error records the body has written without ending.</summary>
    public int ErrorCount => Snapshot.ErrorCount;

    /// <summary>The words of the flow to find the run by.</summary>
    public string[] Tag => _tag ??= [.. Snapshot.Run.Flow.Tags];

    /// <summary>The run whose body started this one, or null.</summary>
    public Guid? ParentId => Snapshot.Run.ParentId;

    /// <summary>The flow run at the top of those that this one is inside of; its own id if it is that.</summary>
    public Guid RootId => Snapshot.Run.RootId;

    /// <summary>The run that this one is a restart of, or null.</summary>
    public Guid? RestartOf => Snapshot.Run.RestartOf;

    /// <summary>The name of the scheduled flow that started it, or null.</summary>
    public string? Schedule => Snapshot.Run.Schedule;

    /// <summary>The time at which its schedule has it run, or null.</summary>
    public DateTimeOffset? ScheduledTime => Snapshot.Run.ScheduledTime;

    /// <summary>How far inside the run that <c>Get-FlowRun -Tree</c> was asked for this one is; 0 otherwise.</summary>
    public int Depth { get; internal set; }

    /// <summary>The file that the flow's script is in, or null.</summary>
    public string? ScriptPath => Snapshot.Run.Flow.ScriptPath;

    /// <summary>The first line of the script in its file, or null.</summary>
    public int? ScriptLine => Snapshot.Run.Flow.ScriptLine is > 0 and var line ? line : null;

    /// <summary>A hash of the script's text (SHA-256): equal for equal scripts.</summary>
    public string? ScriptHash => Snapshot.Run.Flow.ScriptHash;

    /// <summary>The other machine that the body ran on, as -HostName, -ComputerName or -Session names it; null if it ran in the run's process.</summary>
    public string? HostName => Snapshot.HostName;

    /// <summary>The computer that the process of the run is on.</summary>
    public string? ComputerName => Snapshot.ComputerName;

    /// <summary>The id of the process that the run ran in.</summary>
    public int? ProcessId => Snapshot.ProcessId;

    /// <summary>The version of the module that ran it.</summary>
    public string? ModuleVersion => Snapshot.ModuleVersion;

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

    /// <summary>One part of the run, as the views show it; see <see cref="RunText"/>.</summary>
    string IFormattable.ToString(string? format, IFormatProvider? formatProvider) => string.IsNullOrEmpty(format) ? ToString() : RunText.Of(this, format, formatProvider);

    internal RunHistory History => _history;

    /// <summary>The run as the history's store has it.</summary>
    internal RunSnapshot Snapshot { get; }

    internal bool IsOver => Snapshot.IsOver;

    internal DateTimeOffset LookedUp { get; }

    /// <summary>How many states the run has been in, with the one that it was made in.</summary>
    internal int StateCount => Snapshot.StateCount;

    /// <summary>The key under which a resumed parent finds the run.</summary>
    internal byte[]? Key => Snapshot.Run.Key;
}
