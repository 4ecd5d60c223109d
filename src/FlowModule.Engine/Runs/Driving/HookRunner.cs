using FlowModule.Engine.States;

namespace FlowModule.Engine.Runs.Driving;

/// <summary>
/// Passes the last steps of a run to a worker, when the session that executed the run can no longer call the user's scripts: the
/// hooks of a run whose pipeline is being stopped. A run that needs more than that is stopped.
/// </summary>
/// <param name="run">The run, whose body has ended.</param>
/// <param name="output">The queue for the output of the scripts.</param>
/// <param name="over">Called when the run is over.</param>
internal sealed class HookRunner(FlowRun run, OutputQueue output, Action over) : IRunSource
{
    private volatile bool _isTaken;
    private volatile bool _isOver;

    public bool HasWaiting => !_isTaken && !_isOver;

    public FlowRun? Take()
    {
        bool mine = !_isTaken && !_isOver;
        _isTaken = mine;
        return mine ? run : null;
    }

    public bool Begin(FlowRun run, IRunHost? host)
    {
        RunStep step = run.Driver!.Next(host, mayExecute: false);
        if (step == RunStep.Done)
        {
            _isOver = true;
            over();
        }
        else if (step != RunStep.Host)
        {
            // Nobody executes its body or wakes it after a wait, so it is taken again, and ends.
            run.Stop(new StopRequest(StopKind.Cancelled, "The pipeline that started the flow was stopped."));
        }

        _isTaken = false;
        return false;
    }

    public void Write(FlowRun run, object record) => output.WriteNow(new RunOutput(run, record));

    public void BodyEnded(FlowRun run, RunOutcome outcome)
    {
    }

    public void WorkerLost()
    {
        // Nobody calls the scripts, but the run must still end.
        if (!_isOver)
        {
            _isOver = true;
            run.Driver!.FailWithoutHost(new RunFailure("The worker died.", run));
            run.Stop(new StopRequest(StopKind.Cancelled, "The pipeline that started the flow was stopped."));
            run.Driver!.Next(host: null, mayExecute: false);
            over();
        }
    }
}
