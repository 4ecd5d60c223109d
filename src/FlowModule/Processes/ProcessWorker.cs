using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Workers;
using FlowModule.Secrets;
using FlowModule.Serialization;
using FlowModule.Sessions;
using FlowModule.Streams;
using FlowModule.Wire;
using FlowModule.Workers;

namespace FlowModule.Processes;

/// <summary>
/// A worker whose runs are executed by another process, here or on another machine: one process, one run at a time. Its thread takes runs, sends
/// them and passes on their output. If a process dies, its run ends, and the next run gets a new process.
/// </summary>
internal sealed class ProcessWorker : WorkerThread
{
    private readonly WorkerPool _pool;
    private readonly IPeerSource _peers;
    private readonly CliXml _cliXml = new();
    private readonly ValueReader _values;
    private readonly WorkerChild _child;
    private readonly StrayLines _stray = new();
    private bool _killed;

    /// <param name="pool">The pool that it returns to.</param>
    /// <param name="origin">The session that it works for.</param>
    /// <param name="peers">Where its peers come from.</param>
    internal ProcessWorker(WorkerPool pool, WorkerOrigin origin, IPeerSource peers)
        : base(pool, "FlowModule process worker")
    {
        _peers = peers;
        _values = new ValueReader(_cliXml);
        _pool = pool;
        _child = new WorkerChild(peers, _stray.Write, pool, origin, _cliXml);
    }

    /// <inheritdoc/>
    public override bool IsAwaited => _child.Session is { IsAwaited: true };

    /// <inheritdoc/>
    protected override void Work()
    {
        while (WaitForSource())
        {
            IRunSource source = Source!;
            if (_child.Session is null && !TryStartInTurn(source))
            {
                Retire();
                return;
            }

            while (source.Take() is { } run)
            {
                Execute(source, run);
            }

            Return();
        }
    }

    /// <inheritdoc/>
    protected override void Close()
    {
        _child.Dispose();
        _cliXml.Dispose();
    }

    /// <inheritdoc/>
    protected override RunFailure FailureOf(FlowRun run, Exception exception) =>
        exception is WorkerStartException start ? WorkerChild.FailureOf(run, start) : base.FailureOf(run, exception);

    /// <inheritdoc/>
    protected override void Fail(IRunSource source, FlowRun run, RunFailure failure)
    {
        // Workers of this process call the scripts of the run's policy, so that it ends as one whose process has died.
        if (source.Begin(run, host: null))
        {
            source.BodyEnded(run, new RunOutcome([], failure));
        }
    }

    /// <summary>Starts the process. False if there is nothing left for it to do by then.</summary>
    private bool TryStartInTurn(IRunSource source)
    {
        _peers.Turns?.Wait();
        try
        {
            return _child.TryStart(new SourceNeed(source, _pool));
        }
        finally
        {
            _peers.Turns?.Release();
        }
    }

    private void Execute(IRunSource source, FlowRun run)
    {
        RunOutcome? failure = _child.Prepare(run);
        run.HostName = _child.Session?.Peer.HostName;
        run.Driver!.IsUnderWay = _child.Session?.Peer.IsUnderWay == true;
        RunOutcome outcome = failure ?? RunOutcome.Nothing;
        lock (Gate)
        {
            Current = run;
            _killed = false;
        }

        bool mustExecute = source.Begin(run, host: null);
        if (mustExecute && failure is null && run.CurrentAttempt.TryEnter(() => Interrupt(run), () => Kill(run)))
        {
            _stray.Begin(source, run);
            outcome = HandOver(source, run);
            run.CurrentAttempt.Leave();
            _stray.End();
        }

        lock (Gate)
        {
            Current = null;
        }

        if (mustExecute)
        {
            source.BodyEnded(run, outcome);
        }
    }

    /// <summary>Makes the child execute the run. A child that ends before it has started the run is replaced.</summary>
    private RunOutcome HandOver(IRunSource source, FlowRun run)
    {
        try
        {
            for (int start = 1; ; start++)
            {
                bool started = false;
                Announce(source, run);
                if (_child.Session!.TrySend(run))
                {
                    // A stop that came before the child knew the run has not reached it.
                    if (run.StopRequest is not null)
                    {
                        Interrupt(run);
                    }

                    if (Receive(source, run, ref started) is { } outcome)
                    {
                        if (_child.Session is { } child)
                        {
                            _peers.Worked(child.Peer);
                        }

                        return outcome;
                    }
                }

                if (_killed)
                {
                    _child.Dispose();
                    return RunOutcome.Killed;
                }

                if (!started && _child.Session!.Peer.IsGone)
                {
                    // The run was on its way when the peer left or what served it died, which may be noticed seconds later: that can happen to it again and again.
                    start--;
                }

                string death = _child.Lose();

                // A run that has not begun may always go to one more.
                if (start >= (started ? _peers.MostStarts : Math.Max(_peers.MostStarts, 2)) || run.StopRequest is not null)
                {
                    return new RunOutcome([], RunErrors.ProcessDied(run, death));
                }

                if (started)
                {
                    source.Write(run, StreamRecords.Note(run, new WarningRecord($"{death} The {run.KindName.ToLowerInvariant()} begins again.")));
                }

                run.Driver!.Slots?.Regain(run.Attempt);
                if (_child.Prepare(run, beginsAgain: started) is { } failure)
                {
                    return failure;
                }
            }
        }
        catch (Exception exception)
        {
            // The run's input cannot be written, or the child's output cannot be read: the child is of no use any more.
            _child.Drop();
            return new RunOutcome([], RunErrors.Describe(run, exception));
        }
    }

    /// <summary>Writes what the peers have to say, and on which machine the run executes, to the run that is about to begin.</summary>
    private void Announce(IRunSource source, FlowRun run)
    {
        while (_peers.TakeWarning() is { } warning)
        {
            source.Write(run, StreamRecords.Note(run, new WarningRecord(warning)));
        }

        if (_child.Session!.Peer.HostName is { } host)
        {
            if (run.HostName != host)
            {
                // The body begins again on another machine. Nobody should have to wait for the end to see on which.
                run.HostName = host;
                run.Recording?.Renew();
            }

            run.Listeners.Logged(run, run.Time.GetLocalNow(), FlowLogLevel.Debug, $"Runs on host '{host}'.");
        }
    }

    /// <summary>Passes on the child's output until the run has ended. Returns null if the child dies first.</summary>
    private RunOutcome? Receive(IRunSource source, FlowRun run, ref bool started)
    {
        ChildSession child = _child.Session!;
        IPeer peer = child.Peer;
        _values.Executing = run;
        while (peer.Channel.TryRead(out FrameKind kind, out byte[]? payload))
        {
            using var data = new BinaryReader(new MemoryStream(payload), FrameBuilder.Text);
            switch (kind)
            {
                case FrameKind.Started:
                    started = true;
                    break;
                case FrameKind.Record:
                    _values.Reset();
                    bool isInALog = data.ReadBoolean();
                    source.Write(run, StreamRecords.Note(run, RecordCodec.Read(data, _values), isInALog));
                    break;
                case FrameKind.Secret:
                    RunSecrets.Learn(run, [data.ReadString()]);
                    new FrameBuilder().TrySend(peer.Channel, FrameKind.SecretKnown);
                    break;
                case FrameKind.History:
                    child.Record(data);
                    break;
                case FrameKind.Ended:
                    (RunOutcome outcome, bool isAbandoned) = EndMessage.Read(data, _values);
                    if (isAbandoned)
                    {
                        // The body still runs there. Its own grace period has ended a moment before ours.
                        _child.Drop();
                        return RunOutcome.Killed;
                    }

                    peer.WaitForStray();
                    return outcome;
                default:
                    throw new InvalidDataException($"A worker process sent a frame of kind {kind}.");
            }
        }

        return null;
    }

    private void Interrupt(FlowRun run)
    {
        ChildSession? child;
        lock (Gate)
        {
            child = Current == run ? _child.Session : null;
        }

        // On another thread, because a child that does not read must not block the caller that stops the run.
        if (child is not null && run.StopRequest is { } request)
        {
            ThreadPool.QueueUserWorkItem(_ => child.Stop(run.Id, request));
        }
    }

    /// <summary>The run did not stop: its process is ended, with all that it has started.</summary>
    private void Kill(FlowRun run)
    {
        ChildSession? child;
        lock (Gate)
        {
            if (Current != run)
            {
                return;
            }

            _killed = true;
            child = _child.Session;
        }

        child?.Peer.Kill();
    }

    private sealed class SourceNeed(IRunSource source, WorkerPool pool) : IPeerNeed
    {
        /// <summary>Not if a worker has become idle meanwhile: that one has a peer, and when this one retires, the source rents it.</summary>
        public bool IsNeeded
        {
            get
            {
                source.EndStopped();
                return source.HasWaiting && !pool.HasIdle;
            }
        }

        public void NotServed(string why) => source.NotServed(why);
    }
}
