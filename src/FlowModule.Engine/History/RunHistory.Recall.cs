using FlowModule.Engine.Runs;

namespace FlowModule.Engine.History;

/// <content>Runs that are under way when a store is begun, or can be written again.</content>
internal sealed partial class RunHistory
{
    private bool _mustRecall;

    /// <summary>
    /// All states up to now of the runs that go on, as rows: a new store has none of them, and one that was in trouble may lack some.
    /// Where it has them, they stay as they are.
    /// </summary>
    private List<QueuedRow> Recall()
    {
        List<QueuedRow> rows = [];
        foreach (FlowRun run in ActiveRuns.All())
        {
            if (run.Recording is { IsElsewhere: false } recording && recording.History == this)
            {
                rows.AddRange(recording.Recall().Select(change => new QueuedRow(recording, change)));
            }
        }

        return rows;
    }
}
