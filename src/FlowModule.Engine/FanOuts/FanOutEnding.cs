using FlowModule.Engine.Runs;

namespace FlowModule.Engine.FanOuts;

/// <summary>Emits the final states of the runs of a fan-out, and ends it with the last of them.</summary>
/// <param name="options">How the fan-out runs.</param>
/// <param name="outcome">Says which states are emitted, and when.</param>
/// <param name="open">The runs, with the lock.</param>
/// <param name="staffing">The workers.</param>
/// <param name="output">Where the states go.</param>
/// <param name="over">Called when all has ended.</param>
internal sealed class FanOutEnding(FanOutOptions options, FanOutOutcome outcome, OpenRuns open, Staffing staffing, OutputQueue output, Action over)
{
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _addingCompleted;

    /// <summary>Completed when all runs have ended, no more will be added, and all their output is in the queue.</summary>
    internal Task Finished => _finished.Task;

    /// <summary>No more runs will be added.</summary>
    internal void CompleteAdding()
    {
        bool last;
        lock (open.Gate)
        {
            if (_addingCompleted)
            {
                return;
            }

            _addingCompleted = true;
            outcome.Counts.Complete();
            last = open.Count == 0;
        }

        if (last)
        {
            Finish();
        }
    }

    /// <summary>Emits what the final state of a run allows to emit. False if the run had ended before.</summary>
    /// <param name="run">The run.</param>
    /// <param name="state">Its final state.</param>
    /// <param name="stop">Why all other runs must stop; null if they continue.</param>
    internal bool TryEmit(FlowRun run, FlowState state, out StopRequest? stop)
    {
        lock (open.Gate)
        {
            if (!open.Contains(run))
            {
                stop = null;
                return false;
            }

            stop = outcome.Add(run.Index, state, out List<FlowState>? emitted);

            // Within the lock, so that another run that ends now cannot overtake this one.
            Emit(emitted);
            return true;
        }
    }

    /// <summary>The run is not part of the fan-out any more.</summary>
    internal void Close(FlowRun run)
    {
        bool last;
        using (staffing.Change())
        {
            staffing.Release(run);
            open.Remove(run);
            last = open.Count == 0 && _addingCompleted;
            open.Places.WakeReclaiming();
        }

        if (options.IsOpenEnded)
        {
            run.Parent?.RemoveDependent(run);
        }

        if (last)
        {
            Finish();
        }
    }

    private void Emit(List<FlowState>? states)
    {
        // Nobody reads the states of tasks that were started.
        if (states is not null && !options.IsOpenEnded)
        {
            states.ForEach(state => output.WriteNow(new RunOutput(state.Run, state)));
        }
    }

    private void Finish()
    {
        lock (open.Gate)
        {
            Emit(outcome.Flush());
            staffing.Close();
            _finished.TrySetResult();
        }

        output.Signal();
        over();
    }
}
