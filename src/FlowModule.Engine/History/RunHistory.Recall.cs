using FlowModule.Engine.Runs;

namespace FlowModule.Engine.History;

/// <content>Runs that are under way when a store is begun, or can be written again.</content>
internal sealed partial class RunHistory
{
    private bool _mustRecall;

    /// <summary>
    /// All states up to now of the runs that go on, as entries: a new store has none of them, and one that was in trouble may lack some.
    /// Where it has them, they stay as they are.
    /// </summary>
    private List<HistoryEntry> Recall()
    {
        List<HistoryEntry> entries = [];
        foreach (FlowRun run in ActiveRuns.All())
        {
            if (run.Recording is { IsElsewhere: false } recording && recording.History == this)
            {
                Recall(run, recording, entries);
            }
        }

        return entries;
    }

    private static void Recall(FlowRun run, RunRecording recording, List<HistoryEntry> entries)
    {
        FlowState[] states = run.States;

        // The first is how a run is made, which none records.
        for (int i = 1; i < states.Length; i++)
        {
            FlowState state = states[i];
            (EncodedValue result, EncodedValue error) = state.IsFinal ? recording.Encode(state) : default;
            entries.Add(new StateEntry(recording, state, recording.EarlierStates + i, state.IsFinal, result, error)
            {
                Message = state.Message is { } message ? recording.History.Values.Mask(message) : null,
                Attempt = run.Attempt,
                ErrorCount = run.ErrorCount,
            });
        }
    }
}
