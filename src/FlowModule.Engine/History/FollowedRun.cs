using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History;

/// <summary>Follows a run, in any process, until it is over.</summary>
/// <param name="run">The run.</param>
/// <param name="query">Selects the lines of its log.</param>
internal sealed class FollowedRun(FlowRunRecord run, LogQuery query)
{
    private readonly LogReading _log = new(run.History, query);

    /// <summary>The run as it was at the last look.</summary>
    internal FlowRunRecord Run { get; private set; } = run;

    /// <summary>Whether the run was over at the last look, so that no more lines follow.</summary>
    internal bool IsOver { get; private set; }

    /// <summary>Reads the run, and returns the lines since the last look.</summary>
    internal IReadOnlyList<FlowLogRecord> Look()
    {
        // A run whose process has died would never end without this.
        Run.History.SweepCrashed();

        // The run is read before its log, because the output of an ended run was stored before its end. A removed run counts as ended.
        FlowRunRecord? now = Run.History.Find(Run.Id);
        IsOver = now?.IsOver ?? true;
        Run = now ?? Run;
        return _log.Next(isLast: IsOver);
    }
}
