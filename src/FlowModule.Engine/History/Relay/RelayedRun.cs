using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History.Relay;

/// <summary>A run that another machine executes, and that this process records for it.</summary>
/// <param name="id">The run.</param>
/// <param name="stop">Has the other machine stop a run.</param>
internal sealed class RelayedRun(Guid id, Action<Guid, StopRequest> stop) : IRecordedRun
{
    /// <inheritdoc/>
    public Guid RunId => id;

    /// <inheritdoc/>
    public bool IsLost { get; set; }

    /// <inheritdoc/>
    public RunLogSize? LogSize { get; set; }

    /// <summary>What the run was last, by the other machine; null before that is known.</summary>
    internal RunChange? Latest { get; set; }

    /// <summary>The run at the top; empty before that is known.</summary>
    internal Guid RootId => Latest?.Run.RootId ?? Guid.Empty;

    /// <summary>Asks the other machine to stop the run, and does not wait.</summary>
    internal void Stop(StopRequest request) => stop(id, request);

    /// <summary>The state that the run enters because its worker is gone. It has no start: so a hook for the crash stays, for whoever looks for crashed runs.</summary>
    internal RunChange? Crash(string reason, DateTimeOffset time) => Latest is not { } latest ? null : new RunChange(
        latest.Run, new StateRow(latest.State.Number + 1, StateType.Crashed, Name: null, reason, time, Due: null))
    {
        IsOver = true,
        StartTime = latest.StartTime,
        Attempt = latest.Attempt,
        ErrorCount = latest.ErrorCount,
        HostName = latest.HostName,
    };
}
