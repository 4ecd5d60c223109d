using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.History;
using FlowModule.Stored;

namespace FlowModule.Starting;

/// <summary>Sees that a flow has one run only for a key of the user's, whatever processes start it.</summary>
internal static class RunKeyClaims
{
    /// <summary>Claims a key for a run before it starts. Gives the state of the run that has it; null when it is this one's.</summary>
    /// <exception cref="FlowException">There is no history, or it cannot be used.</exception>
    internal static FlowState? Claim(FlowRun run, string key)
    {
        RunRecording recording = run.Recording ?? throw HistoryAccess.Off("-IdempotencyKey");
        if (run.StandsForEarlier)
        {
            return null;
        }

        recording.IdempotencyKey = key;
        recording.Begin();
        while (HistoryAccess.Change(recording.History, store => store.Keys.Claim(recording.First())) is var owner && owner != run.Id)
        {
            FlowState? state = ActiveRuns.Find(owner) is { } active ? active.State : HistoryAccess.Read(recording.History, history => Stored(history, owner));
            if (state is not null)
            {
                return state;
            }

            // It was removed meanwhile, and its key with it.
        }

        return null;
    }

    private static FlowState? Stored(RunHistory history, Guid id)
    {
        history.SweepCrashed(isUrgent: true);
        return history.Find(id) is { } record ? new StoredStates(history).Shown(record) : null;
    }
}
