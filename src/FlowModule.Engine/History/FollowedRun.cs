using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History;

/// <summary>A run that is watched until it is over, in whatever process it runs.</summary>
/// <param name="run">The run.</param>
/// <param name="query">Which lines of its log are wanted.</param>
internal sealed class FollowedRun(FlowRunRecord run, LogQuery query)
{
    private readonly LogReading _log = new(run.History, query);

    /// <summary>The run as it was when it was last looked at.</summary>
    internal FlowRunRecord Run { get; private set; } = run;

    /// <summary>Whether the run was over then: nothing more will come.</summary>
    internal bool IsOver { get; private set; }

    /// <summary>Looks at the run, and gives the lines that have come since the last time.</summary>
    internal IReadOnlyList<FlowLogRecord> Look()
    {
        // A run whose process has died would never be over by itself.
        Run.History.SweepCrashed();

        // First the run and then its log: what an ended run has written was kept before its end. One that was removed has ended.
        FlowRunRecord? now = Run.History.Find(Run.Id);
        IsOver = now?.IsOver ?? true;
        Run = now ?? Run;
        return _log.Next(isLast: IsOver);
    }
}
