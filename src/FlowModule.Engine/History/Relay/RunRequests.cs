using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History.Relay;

/// <summary>Delivers the requests of other processes to the runs of this one.</summary>
internal static class RunRequests
{
    /// <summary>Looks for requests while runs are active.</summary>
    internal static void Watch(RunHistory history) => history.Rounds.Each(store =>
    {
        foreach (RunRequest request in store.Requests.Take())
        {
            history.Rounds.After(() => Deliver(request));
        }
    });

    private static void Deliver(in RunRequest request)
    {
        FlowRun? run = ActiveRuns.Find(request.Run);
        RelayedRun? relayed = run is null ? RelayedRuns.Find(request.Run) : null;
        switch (request.Kind)
        {
            // Neither: the run has ended meanwhile.
            case RunRequestKind.Stop:
                var stop = new StopRequest(StopKind.Cancelled, request.Text ?? "Stopped by another process.");
                run?.Stop(stop);
                relayed?.Stop(stop);
                break;
            case RunRequestKind.Suspend:
                FlowRun? root = run?.Root() ?? (relayed is null ? null : ActiveRuns.Find(relayed.RootId));
                root?.Stop(new StopRequest(StopKind.Suspended, request.Text ?? "Suspended by another process."));
                break;
            default:
                break;
        }
    }
}
