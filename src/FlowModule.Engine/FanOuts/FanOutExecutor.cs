using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;

namespace FlowModule.Engine.FanOuts;

/// <summary>
/// Takes the runs of a fan-out from step to step: on a worker where the step needs one, otherwise on the thread that woke the run.
/// </summary>
/// <param name="options">How the fan-out runs.</param>
/// <param name="open">The runs, with the lock.</param>
/// <param name="staffing">The workers.</param>
/// <param name="output">The output of the runs.</param>
/// <param name="ended">Called when a run has ended, with its final state.</param>
internal sealed class FanOutExecutor(FanOutOptions options, OpenRuns open, Staffing staffing, OutputQueue output, Action<FlowRun, FlowState> ended) : IRunExecutor
{
    /// <inheritdoc/>
    public bool WantsLog => options.Log != FlowLogPreference.None;

    /// <summary>The next run for a worker; null if there is none.</summary>
    internal FlowRun? Take(RentedWorker worker)
    {
        output.WaitForRoom();
        using (staffing.Change())
        {
            return worker.IsGone ? null : staffing.Assign(worker);
        }
    }

    /// <summary>Ends the runs of the worker's lane that only have to be ended, because no worker comes for them.</summary>
    internal void EndStopped(RentedWorker worker)
    {
        FlowRun[] stopped;
        lock (open.Gate)
        {
            stopped = worker.Lane.Queue.TakeStopped();
        }

        Array.ForEach(stopped, StepWithoutWorker);
    }

    /// <summary>No worker can be had for the lane of this one so far.</summary>
    internal void NotServed(RentedWorker worker, string why)
    {
        FlowRun[] ready;
        lock (open.Gate)
        {
            ready = worker.Lane.Queue.Ready();
        }

        // One line for all of them: many may wait for the same.
        if (ready.Where(run => run.EnterWaiting(StateNames.NoWorker, why)).ToArray() is [var first, ..])
        {
            Log(first, LogLine.Waiting(first, first.State));
        }
    }

    /// <summary>Makes the run's next steps. Returns true if the worker must execute its body.</summary>
    internal bool Begin(RentedWorker worker, FlowRun run, IRunHost? host)
    {
        RunStep step = run.Driver!.Next(host, mayExecute: run.Policy.WorkerKind == worker.Lane.Kind);
        worker.IsExecuting = step == RunStep.Execute;
        if (!worker.IsExecuting)
        {
            After(run, step);
        }

        return worker.IsExecuting;
    }

    internal void Write(FlowRun run, object record) => output.Write(new RunOutput(run, record));

    /// <inheritdoc/>
    public void Waiting(FlowRun run)
    {
        using (staffing.Change())
        {
            staffing.Release(run);
        }
    }

    /// <inheritdoc/>
    public void Wake(FlowRun run)
    {
        // Steps that need no worker are made here: for a run whose body has ended or that was stopped, without hooks. Not the body of a
        // run that is retried at once, because this may be a timer's thread.
        if (run.Driver is { NextThread: StepThread.Any })
        {
            StepWithoutWorker(run);
        }
        else
        {
            Enqueue(run);
        }
    }

    /// <inheritdoc/>
    public void Log(FlowRun run, LogLine line)
    {
        if (line.IsShown(options.Log))
        {
            output.WriteNow(new RunOutput(run, line));
        }
    }

    /// <summary>Makes the run's next steps on this thread, as far as they need no worker.</summary>
    internal void StepWithoutWorker(FlowRun run) => After(run, run.Driver!.Next(host: null, mayExecute: false));

    private void After(FlowRun run, RunStep step)
    {
        switch (step)
        {
            case RunStep.Done:
                ended(run, run.Driver!.Final!);
                break;
            case RunStep.Host or RunStep.Elsewhere:
                Enqueue(run);
                break;
            default:
                break;
        }
    }

    private void Enqueue(FlowRun run)
    {
        using (staffing.Change())
        {
            if (open.Contains(run))
            {
                Lane lane = open.LaneFor(run);
                staffing.Free(open.WorkerOf(run));
                open.Enqueue(run, lane);
            }
        }
    }
}
