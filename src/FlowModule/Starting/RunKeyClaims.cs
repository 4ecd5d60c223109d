using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.History;
using FlowModule.Stored;

namespace FlowModule.Starting;

/// <summary>Makes sure that a flow has only one run for a user's key, across all processes.</summary>
internal static class RunKeyClaims
{
    /// <summary>Claims a key for a run before it starts. Returns the state of the run that already has it; null if this run has it now.</summary>
    /// <exception cref="FlowException">There is no history, or it cannot be used.</exception>
    internal static FlowState? Claim(FlowRun run, string key)
    {
        RunRecording recording = run.Recording ?? throw HistoryAccess.Off("-IdempotencyKey");
        if (run.StandsForEarlier)
        {
            return null;
        }

        recording.Begin();
        while (HistoryAccess.Change(recording.History, store => store.Keys.Claim(key, recording.First())) is var owner && owner != run.Id)
        {
            FlowState? state = ActiveRuns.Find(owner) is { } active ? active.State : HistoryAccess.Read(recording.History, history => Stored(history, owner));
            if (state is not null)
            {
                return state;
            }

            // The run was removed in the meantime, and its key with it.
        }

        return null;
    }

    /// <summary>The name of the run that already has a key, for a plan, which claims nothing; null if there is none.</summary>
    /// <exception cref="FlowException">There is no history, or it cannot be used.</exception>
    internal static string? NameOfOwner(FlowRun run, string key)
    {
        RunHistory history = run.Recording?.History ?? throw HistoryAccess.Off("-IdempotencyKey");
        return !history.Exists
            ? null
            : HistoryAccess.Read(history, history => history.Read(store => store.Keys.Find(run.FlowName, key)) is { } owner ? history.Find(owner)?.Name : null);
    }

    private static FlowState? Stored(RunHistory history, Guid id)
    {
        history.SweepCrashed(isUrgent: true);
        return history.Find(id) is { } record ? new StoredStates(history).Shown(record) : null;
    }
}
