using FlowModule.Engine.Runs;

namespace FlowModule.Tests.Support;

/// <summary>
/// Has the time of a run be up at the moment that a test is about: a real clock starts before the body does, and on a busy machine
/// would be up before the body has come to anything. Scripts call its method.
/// </summary>
public sealed class TimeLimit
{
    private readonly Gate _here;

    internal TimeLimit(Gate here) => _here = here;

    /// <summary>Called by a script: the run is told that its time is up, as by its timer, when all have arrived at the gate.</summary>
    public void EndsOnArrival(FlowRun run) => _ = Task.Run(() =>
    {
        _here.WaitForArrivals();
        run.Stop(new StopRequest(StopKind.TimedOut, $"Flow run exceeded its timeout of {run.TimeoutSeconds} second(s).") { Attempt = run.Attempt });
    });
}
