using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;

namespace FlowModule.Engine.FanOuts;

/// <summary>
/// The run of a fan-out without a flow around it. It has no body of its own: it begins with the first run of the fan-out, and ends by the states of
/// all of them. They stay flow runs, which can be resumed and restarted one by one; the history shows them inside this run.
/// </summary>
internal sealed class AdHocRun : IRunExecutor
{
    private readonly RunDriver _driver;
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _hasBegun;
    private bool _hasEnded;

    /// <param name="run">The run.</param>
    /// <param name="services">What it shares with other runs.</param>
    /// <param name="errors">Makes the host's error objects.</param>
    internal AdHocRun(FlowRun run, RunServices services, IHostErrors errors)
    {
        Run = run;
        _driver = new RunDriver(run, services, errors, this);
    }

    internal FlowRun Run { get; }

    /// <summary>Begins the run, before the first run of the fan-out is made. Later calls do nothing.</summary>
    internal void Begin()
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            Step();
        }
    }

    /// <summary>No more runs follow: the run ends when the last of them has. Without any, it has not begun, and nothing is recorded.</summary>
    internal void Complete()
    {
        if (_hasBegun && !_hasEnded)
        {
            _hasEnded = true;
            _driver.BodyEnded(RunOutcome.Nothing);
        }
    }

    /// <summary>Waits for the end, which follows that of the last run of the fan-out at once.</summary>
    internal void Wait()
    {
        if (_hasBegun)
        {
            _over.Task.Wait();
        }
    }

    /// <summary>Stops the run and the runs of the fan-out, if it has not ended.</summary>
    internal void Stop() => Run.Stop(new StopRequest(StopKind.Cancelled, "The pipeline that started the runs was stopped."));

    void IRunExecutor.Wake(FlowRun run) => Step();

    void IRunExecutor.Waiting(FlowRun run)
    {
        // It has no worker that others could use.
    }

    void IRunExecutor.Log(FlowRun run, LogLine line)
    {
        // Its lines would repeat the summary of the fan-out.
    }

    bool IRunExecutor.WantsLog => false;

    private void Step()
    {
        if (_driver.Next(host: null) == RunStep.Done)
        {
            _over.TrySetResult();
        }
    }
}
