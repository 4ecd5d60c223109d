using FlowModule.Engine.Runs;

namespace FlowModule;

/// <summary>The flow runs of this process, for programs that host the module.</summary>
public static class FlowRuns
{
    /// <summary>Raised when a run that had started has ended, on the thread that ended it. Handlers must be quick and must not throw.</summary>
    public static event EventHandler<FlowRunEndedEventArgs>? Ended;

    /// <summary>The runs that have started and not ended, oldest first.</summary>
    public static IReadOnlyList<FlowRun> Active => ActiveRuns.All();

    /// <summary>Tells every active run to stop. Returns at once; the runs end after their finally blocks.</summary>
    /// <param name="reason">The reason, for the states' messages.</param>
    public static void StopAll(string reason)
    {
        foreach (FlowRun run in ActiveRuns.All())
        {
            run.Stop(new StopRequest(StopKind.Cancelled, reason));
        }
    }

    internal static void RaiseEnded(FlowRun run)
    {
        if (Ended is not { } handlers)
        {
            return;
        }

        var e = new FlowRunEndedEventArgs(run);
        foreach (EventHandler<FlowRunEndedEventArgs> handler in handlers.GetInvocationList())
        {
            try
            {
                handler(null, e);
            }
            catch (Exception exception)
            {
                // The readers of the run and the other handlers still wait for its end.
                System.Diagnostics.Trace.TraceError($"A handler of {nameof(FlowRuns)}.{nameof(Ended)} threw: {exception}");
            }
        }
    }
}
