using System.Management.Automation;
using FlowModule.Engine;

namespace FlowModule.Hosting.History;

/// <summary>A run as people name it: by something that is of the run, by its id, or by its name.</summary>
/// <param name="Id">Its id, if it is known.</param>
/// <param name="Name">Else its name, which may be a pattern.</param>
/// <param name="History">Where the run is recorded, if the object says so.</param>
internal readonly record struct RunReference(Guid? Id, string? Name = null, RunHistory? History = null)
{
    /// <exception cref="FlowException">It names no run.</exception>
    internal static RunReference Of(object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        FlowRunRecord record => new(record.Id, History: record.History),
        FlowState state => OfRun(state.Run),
        FlowRun run => OfRun(run),
        FlowLogRecord line => new(line.RunId),
        Guid id => new(id),
        string text => Guid.TryParse(text, out Guid id) ? new(id) : new(Id: null, text),
        _ => HistoryStates.RunOf(value) is { } id ? new(id) : throw LookingErrors.RunExpected(value),
    };

    private static RunReference OfRun(FlowRun run) =>
        run.Recording is { } recording ? new(run.Id, History: recording.History) : throw LookingErrors.NotRecorded(run);
}
