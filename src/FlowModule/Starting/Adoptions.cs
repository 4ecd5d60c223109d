using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Sessions;

namespace FlowModule.Starting;

/// <summary>Finds what workers of other machines still have of runs whose process has died.</summary>
internal static class Adoptions
{
    /// <summary>What a worker has of a run that goes on in this process; the default if there is nothing. Whether it had begun is what the worker knows, whatever was recorded last.</summary>
    internal static AdoptedRun Find(RunspaceContext context, RunPolicy policy, FlowRunRecord record)
    {
        AdoptedRun adopted = record.State.Type == StateType.Crashed ? context.Pools.Find(policy.WorkerKind)?.FindRun(record.Id, record.Attempt) ?? default : default;
        if (adopted.Kind is { } kind)
        {
            context.Pools.Register(kind);
        }

        return adopted;
    }

    /// <summary>The identity with which it goes on: the attempt that the worker has is not another one.</summary>
    internal static EarlierRun? IdentityOf(EarlierRun? earlier, AdoptedRun adopted) => adopted.Kind is null ? earlier : earlier! with { Attempt = adopted.Attempt - 1 };

    /// <summary>What the worker repeats is not recorded twice.</summary>
    internal static void ExpectRepeated(FlowRun run)
    {
        if (run is not { Policy.AdoptingKind: not null, Recording: { } recording })
        {
            return;
        }

        try
        {
            recording.Repeated = new RepeatedLines(recording.History.Logs(new LogQuery(run.Id) { Tree = false }));
        }
        catch (HistoryException)
        {
            // A line that is there twice does no harm.
        }
    }
}
