using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Stopping;

/// <summary>A run to stop: of this process, or of another process through the history.</summary>
internal sealed class StoppedRun
{
    private readonly FlowRun? _here;
    private FlowRunRecord? _elsewhere;

    internal StoppedRun(FlowRun here) => _here = here;

    internal StoppedRun(FlowRunRecord elsewhere) => _elsewhere = elsewhere;

    internal FlowRun? Here => _here;

    /// <summary>The run of another process, as it was at the last look; null for a run of this process.</summary>
    internal FlowRunRecord? Elsewhere => _elsewhere;

    internal string Name => _here?.Name ?? _elsewhere!.Name;

    /// <summary>The run as the cmdlet's output.</summary>
    internal object Output => (object?)_here ?? _elsewhere!;

    internal bool IsOver => _here?.IsOver ?? _elsewhere!.IsOver;

    /// <summary>Tells the run to stop. A run of another process learns of it within a moment.</summary>
    /// <exception cref="HistoryException">The history cannot be written.</exception>
    internal void Stop(string reason)
    {
        if (_here is not null)
        {
            _here.Stop(new StopRequest(StopKind.Cancelled, reason));
            return;
        }

        _elsewhere!.History.Change(store => store.Requests.Add(new RunRequest(_elsewhere.Id, RunRequestKind.Stop, reason)));
    }

    /// <summary>Reads a run of another process again.</summary>
    /// <exception cref="HistoryException">The history cannot be read.</exception>
    internal void LookAgain() => _elsewhere = _elsewhere is { } last ? last.History.Find(last.Id) ?? last : null;

    /// <summary>A short description of the run.</summary>
    public override string ToString() => _here is not null
        ? $"{_here.FlowName} '{_here.Name}'"
        : $"{_elsewhere!.FlowName} '{_elsewhere.Name}' in process {_elsewhere.ProcessId}";
}
