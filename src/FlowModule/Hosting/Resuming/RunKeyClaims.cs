using FlowModule.Engine;

namespace FlowModule.Hosting;

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
        Guid owner = HistoryAccess.Change(recording.History, store => store.Keys.Claim(recording.First()));
        if (owner == run.Id)
        {
            return null;
        }

        if (ActiveRuns.Find(owner) is { } active)
        {
            return active.State;
        }

        return HistoryAccess.Read(recording.History, history =>
        {
            history.SweepCrashed(isUrgent: true);
            return new StoredStates(history).Shown(history.Find(owner)!);
        });
    }
}
