using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Workers;
using FlowModule.Serialization;
using FlowModule.Sessions;
using FlowModule.Streams;
using FlowModule.Wire;

namespace FlowModule.Processes;

/// <summary>The peer of a worker: started when it is needed, and replaced when it has died. Used on the worker's thread, except <see cref="Session"/>.</summary>
/// <param name="peers">Where peers come from.</param>
/// <param name="stray">Receives the lines that come straight from the peer's standard streams.</param>
/// <param name="pool">The pool of the worker.</param>
/// <param name="origin">The session that the worker works for.</param>
/// <param name="cliXml">Writes values that have no codec.</param>
internal sealed class WorkerChild(IPeerSource peers, Action<string> stray, WorkerPool pool, WorkerOrigin origin, CliXml cliXml) : IDisposable
{
    private volatile ChildSession? _session;

    /// <summary>What the peer knows; null while there is none. May be read on any thread.</summary>
    internal ChildSession? Session => _session;

    /// <summary>Starts a peer. False if it is not needed any more.</summary>
    /// <exception cref="WorkerStartException">It does not start.</exception>
    internal bool TryStart(IPeerNeed need)
    {
        if (!need.IsNeeded || ChildSession.TryStart(() => peers.Connect(stray, need), origin, cliXml) is not { } session)
        {
            return false;
        }

        _session = session;
        return true;
    }

    /// <summary>
    /// Has a peer ready for the run before its clock starts. One that has died while it was idle is replaced. Returns the outcome of the run if there
    /// can be none, or none is needed any more; otherwise null.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="beginsAgain">Whether it had begun on a peer that was lost.</param>
    internal RunOutcome? Prepare(FlowRun run, bool beginsAgain = false)
    {
        try
        {
            if (_session is { HasEnded: false } session && session.TryPrepare(run))
            {
                return null;
            }

            Dispose();
            int deaths = 0;
            while (TryStart(new RunNeed(run, pool, beginsAgain)))
            {
                if (_session!.TryPrepare(run))
                {
                    return null;
                }

                // It was lost before it was sent the run, which may go to any number of others if that has nothing to do with it.
                bool isGone = _session.Peer.IsGone;
                string death = Lose();
                if (!isGone && ++deaths == peers.MostStarts)
                {
                    return new RunOutcome([], RunErrors.ProcessDied(run, death));
                }
            }

            return RunOutcome.Nothing;
        }
        catch (WorkerStartException exception)
        {
            return new RunOutcome([], FailureOf(run, exception));
        }
        catch (Exception exception)
        {
            // The run's closure cannot be serialized.
            Drop();
            return new RunOutcome([], RunErrors.Describe(run, exception));
        }
    }

    /// <summary>What a run comes to whose peer does not start.</summary>
    internal static RunFailure FailureOf(FlowRun run, WorkerStartException exception) =>
        exception is WireVersionException ? RunErrors.WireVersionRefused(run, exception) : RunErrors.ProcessDied(run, exception.Message);

    /// <summary>Gives up the peer that has died. Returns how it ended.</summary>
    internal string Lose()
    {
        IPeer peer = _session!.Peer;
        string death = peer.DescribeDeath();
        peers.Lost(peer, death);
        End(death);
        return death;
    }

    /// <summary>Ends the peer: it is of no use any more.</summary>
    internal void Drop()
    {
        _session?.Peer.Kill();
        End(reason: null);
    }

    /// <summary>Releases the peer. Another may be started.</summary>
    public void Dispose() => End(reason: null);

    private void End(string? reason)
    {
        ChildSession? session = _session;
        _session = null;
        session?.End(reason);
    }

    /// <summary>A run that a worker has taken: it needs a peer until it is told to stop.</summary>
    private sealed class RunNeed(FlowRun run, WorkerPool pool, bool beginsAgain) : IPeerNeed
    {
        public bool BeginsAgain => beginsAgain;

        public bool IsNeeded => run.StopRequest is null;

        public void NotServed(string why) => run.EnterWaiting(StateNames.NoWorker, why);

        /// <summary>Only this worker can continue with the run, so that no idle one takes it over.</summary>
        public void WaitsForPlace() => pool.CloseIdle();
    }
}
