using FlowModule.Engine.Runs;

namespace FlowModule.Tests.Support;

/// <summary>
/// Makes a run exceed its timeout at the moment that a test is about: a real timer starts before the body, and on a busy machine
/// it would fire before the body has done anything. Scripts call its method.
/// </summary>
public sealed class TimeLimit
{
    private readonly Gate _here;

    internal TimeLimit(Gate here) => _here = here;

    /// <summary>Called by a script: when all have arrived at the gate, the run is told that its timeout has passed, as by its timer.</summary>
    public void EndsOnArrival(FlowRun run) => _ = Task.Run(() =>
    {
        _here.WaitForArrivals();
        run.Stop(new StopRequest(StopKind.TimedOut, $"Flow run exceeded its timeout of {run.TimeoutSeconds} second(s).") { Attempt = run.Attempt });
    });
}
