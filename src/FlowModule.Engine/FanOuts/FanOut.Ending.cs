using FlowModule.Engine.Runs;

namespace FlowModule.Engine.FanOuts;

/// <content>Ends runs, and the fan-out with the last of them.</content>
internal sealed partial class FanOut
{
    /// <summary>Ends a run that no worker has taken.</summary>
    private void EndUnstarted(FlowRun run, StopRequest request)
    {
        run.Stop(request);
        After(run, run.Driver!.Next(host: null, mayExecute: false));
    }

    private void Ended(FlowRun run, FlowState state)
    {
        StopRequest? stop;
        lock (_gate)
        {
            if (!_open.ContainsKey(run))
            {
                return;
            }

            stop = _outcome.Add(run.Index, state, out List<FlowState>? emitted);

            // Within the lock, so that another run that ends now cannot overtake this one.
            Emit(emitted);
        }

        if (stop is not null)
        {
            Stop(stop);
        }

        CloseRun(run);
    }

    private void CloseRun(FlowRun run)
    {
        bool last;
        bool wakeCaller;
        LentWorker? lend;
        lock (_gate)
        {
            GiveBackPlace(run);
            _open.Remove(run);
            _held.Remove(run);
            last = _open.Count == 0 && _addingCompleted;
            wakeCaller = _callerWantsRoom && HasRoomNow();
            _callerWantsRoom &= !wakeCaller;
            WakeReclaiming();
            lend = Borrow();
        }

        Lend(lend);

        if (_options.IsOpenEnded)
        {
            run.Parent?.RemoveDependent(run);
        }

        if (wakeCaller)
        {
            Output.Signal();
        }

        if (last)
        {
            Finish();
        }
    }

    private void Emit(List<FlowState>? states)
    {
        // Nobody reads the states of tasks that were started.
        if (states is not null && !_options.IsOpenEnded)
        {
            states.ForEach(state => Output.WriteNow(new RunOutput(state.Run, state)));
        }
    }

    private void Finish()
    {
        lock (_gate)
        {
            Emit(_outcome.Flush());
            _look?.Dispose();
            _finished.TrySetResult();
        }

        Output.Signal();
        if (_heldByParent)
        {
            _parent!.RemoveDependent(this);
        }
    }
}
