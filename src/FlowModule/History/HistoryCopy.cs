using System.Globalization;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Storage.Sql;

namespace FlowModule.History;

/// <summary>Copies a history to another address.</summary>
internal static class HistoryCopy
{
    /// <param name="source">The history. It is not changed.</param>
    /// <param name="destination">Where it is copied to.</param>
    /// <param name="warn">Is given what the user should know.</param>
    /// <param name="tell">Is told how far it is, on this thread.</param>
    /// <param name="cancellationToken">Ends it, and then nothing was copied.</param>
    /// <exception cref="HistoryException">One of the two cannot be used, or cannot be used for this.</exception>
    internal static void Run(RunHistory source, HistoryAddress destination, Action<string> warn, Action<CopyProgress> tell, CancellationToken cancellationToken)
    {
        Free(destination, warn);
        source.WriteQueued();
        using (IHistoryStore from = Open(source.Address), to = Open(destination))
        {
            // All that backends open here are databases.
            ((SqlHistoryStore)to).CopyFrom((SqlHistoryStore)from, tell, cancellationToken);
            to.File?.Secure();
        }

        int living = source.Read(static store => store.Processes.Open()).Count(static process => process.EndTime is null);
        if (living > 0)
        {
            warn($"Other processes use '{source.Location}' ({living.ToString(CultureInfo.InvariantCulture)}). What they record there from now on is not in '{destination}'.");
        }
    }

    /// <summary>Sees that neither dead processes nor this one are in the destination, where the copy changes their numbers.</summary>
    private static void Free(HistoryAddress destination, Action<string> warn)
    {
        RunHistory history = Histories.At(destination.ToString());
        history.SweepCrashed(isUrgent: true);
        bool hasRuns = history.Read(static store => store.Count(new RunQuery { Last = 1 })) > 0;
        if (history.TakeWarning() is { } warning)
        {
            warn(warning);
        }

        if (!hasRuns)
        {
            // With runs it is refused, and they may be runs that this process goes on to record.
            Histories.Close(destination.ToString());
        }
    }

    private static IHistoryStore Open(HistoryAddress address) => HistoryBackends.Of(address).Open(address, TimeProvider.System).Store;
}
