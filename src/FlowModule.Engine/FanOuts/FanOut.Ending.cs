using FlowModule.Engine.Runs;
using FlowModule.Engine.Waves;

namespace FlowModule.Engine.FanOuts;

/// <content>How runs end, and the fan-out with the last of them.</content>
internal sealed partial class FanOut
{
    /// <summary>Ends a run that no worker has seen.</summary>
    private void EndUnstarted(FlowRun run, StopRequest request)
    {
        run.Stop(request);
        After(run, run.Driver!.Next(host: null, mayExecute: false));
    }

    private void Ended(FlowRun run, FlowState state)
    {
        List<FlowState>? ready = null;
        bool won;
        WaveStep wave = default;
        lock (_gate)
        {
            if (!_open.ContainsKey(run))
            {
                return;
            }

            Counts.Ended(state);
            won = _order.Add(run.Index, state, ref ready);
            wave = _options.Waves?.Ended(!state.IsCompleted) ?? default;

            // Within the lock: another run that ends now must not overtake.
            Emit(ready);
        }

        if (won)
        {
            Stop(new StopRequest(StopKind.Cancelled, $"{_options.First} other subflow(s) completed first."));
        }
        else if (_options.StopOnFailure && state.IsFailure)
        {
            Stop(new StopRequest(StopKind.Cancelled, $"{run.KindName} '{run.Name}' ended in state {state.Name}."));
        }
        else if (wave is { Action: WaveAction.Stop, Message: { } message })
        {
            Stop(new StopRequest(StopKind.Cancelled, message));
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
        if (states is null || !_options.GivesStates)
        {
            return;
        }

        foreach (FlowState state in states)
        {
            if (_options.CountsStates)
            {
                state.Run.Parent?.CountChild(state);
            }

            if (!_options.IsOpenEnded)
            {
                Output.WriteNow(new RunOutput(state.Run, state));
            }
        }
    }

    private void Finish()
    {
        List<FlowState>? rest = null;
        lock (_gate)
        {
            _order.Flush(ref rest);
        }

        Emit(rest);
        lock (_gate)
        {
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
