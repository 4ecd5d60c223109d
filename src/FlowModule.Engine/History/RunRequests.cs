using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History;

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
        if (ActiveRuns.Find(request.Run) is not { } run)
        {
            // The run has ended meanwhile.
            return;
        }

        switch (request.Kind)
        {
            case RunRequestKind.Stop:
                run.Stop(new StopRequest(StopKind.Cancelled, request.Text ?? "Stopped by another process."));
                break;
            case RunRequestKind.Suspend:
                run.Root().Stop(new StopRequest(StopKind.Suspended, request.Text ?? "Suspended by another process."));
                break;
            default:
                break;
        }
    }
}
