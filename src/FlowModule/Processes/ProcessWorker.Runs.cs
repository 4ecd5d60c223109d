using System.Management.Automation;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Secrets;
using FlowModule.Streams;
using FlowModule.Wire;

namespace FlowModule.Processes;

/// <content>Sends one run to the child, and passes its output on.</content>
internal sealed partial class ProcessWorker
{
    private void Execute(IRunSource source, FlowRun run)
    {
        RunOutcome? failure = Prepare(run);
        RunOutcome outcome = failure ?? RunOutcome.Nothing;
        lock (_gate)
        {
            _current = run;
            _killed = false;
        }

        if (!source.Begin(run, host: null))
        {
            lock (_gate)
            {
                _current = null;
            }

            return;
        }

        if (failure is null && run.CurrentAttempt.TryEnter(() => Interrupt(run), () => Kill(run)))
        {
            SetStrayRun(run);
            outcome = HandOver(source, run);
            run.CurrentAttempt.Leave();
            SetStrayRun(null);
        }

        lock (_gate)
        {
            _current = null;
        }

        source.BodyEnded(run, outcome);
    }

    /// <summary>
    /// Has a process ready for the run before its clock starts. One that has died while it was idle is replaced. Gives what the
    /// run comes to if there is none.
    /// </summary>
    private RunOutcome? Prepare(FlowRun run)
    {
        try
        {
            if (_child?.TryPrepare(run) == true)
            {
                return null;
            }

            BuryChild();
            TryStartChild(static () => true);
            return _child!.TryPrepare(run) ? null : new RunOutcome([], RunErrors.ProcessDied(run, LoseChild()));
        }
        catch (WorkerStartException exception)
        {
            return new RunOutcome([], NoPeer(run, exception));
        }
        catch (Exception exception)
        {
            // The run's closure cannot be serialized.
            DropChild();
            return new RunOutcome([], RunErrors.Describe(run, exception));
        }
    }

    private static RunFailure NoPeer(FlowRun run, WorkerStartException exception) =>
        exception is WireVersionException ? RunErrors.WireVersionRefused(run, exception) : RunErrors.ProcessDied(run, exception.Message);

    /// <summary>Makes the child execute the run. A child that ends before it has started the run is replaced.</summary>
    private RunOutcome HandOver(IRunSource source, FlowRun run)
    {
        try
        {
            for (int start = 1; ; start++)
            {
                bool started = false;
                TellOfPeers(source, run);
                if (_child!.Peer.HostName is { } host)
                {
                    run.HostName = host;
                    run.Listeners.Logged(run, run.Time.GetLocalNow(), FlowLogLevel.Debug, $"Runs on host '{host}'.");
                }

                if (_child!.TrySend(run))
                {
                    // A stop that came before the child knew the run has not reached it.
                    if (run.StopRequest is not null)
                    {
                        Interrupt(run);
                    }

                    if (Receive(source, run, ref started) is { } outcome)
                    {
                        if (_child is { } child)
                        {
                            _peers.Worked(child.Peer);
                        }

                        return outcome;
                    }
                }

                if (_killed)
                {
                    BuryChild();
                    return RunOutcome.Killed;
                }

                string death = LoseChild();

                // A run that has not begun may always go to one more.
                if (start >= (started ? _peers.MostStarts : Math.Max(_peers.MostStarts, 2)) || run.StopRequest is not null)
                {
                    return new RunOutcome([], RunErrors.ProcessDied(run, death));
                }

                if (started)
                {
                    source.Write(run, StreamRecords.Note(run, new WarningRecord($"{death} The {run.KindName.ToLowerInvariant()} begins again.")));
                }

                if (Prepare(run) is { } failure)
                {
                    return failure;
                }
            }
        }
        catch (Exception exception)
        {
            // The run's input cannot be written, or the child's output cannot be read: the child is of no use any more.
            DropChild();
            return new RunOutcome([], RunErrors.Describe(run, exception));
        }
    }

    /// <summary>Passes on the child's output until the run has ended. Returns null if the child dies first.</summary>
    private RunOutcome? Receive(IRunSource source, FlowRun run, ref bool started)
    {
        _values.Executing = run;
        while (_child!.Peer.Channel.TryRead(out FrameKind kind, out byte[]? payload))
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
                    new FrameBuilder().TrySend(_child.Peer.Channel, FrameKind.SecretKnown);
                    break;
                case FrameKind.Ended:
                    (RunOutcome outcome, bool isAbandoned) = EndMessage.Read(data, _values);
                    if (isAbandoned)
                    {
                        // The body still runs there. Its own grace period has ended a moment before ours.
                        DropChild();
                        return RunOutcome.Killed;
                    }

                    _child.Peer.WaitForStray();
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
        lock (_gate)
        {
            child = _current == run ? _child : null;
        }

        // On another thread, because a child that does not read must not block the caller that stops the run.
        if (child is not null && run.StopRequest is { } request)
        {
            ThreadPool.QueueUserWorkItem(_ => child.Stop(run, request));
        }
    }

    /// <summary>The run did not stop: its process is ended, with all that it has started.</summary>
    private void Kill(FlowRun run)
    {
        ChildSession? child;
        lock (_gate)
        {
            if (_current != run)
            {
                return;
            }

            _killed = true;
            child = _child;
        }

        child?.Peer.Kill();
    }

    /// <summary>What the peers have to say is said in the output of the next run that they execute.</summary>
    private void TellOfPeers(IRunSource source, FlowRun run)
    {
        while (_peers.TakeWarning() is { } warning)
        {
            source.Write(run, StreamRecords.Note(run, new WarningRecord(warning)));
        }
    }

    /// <summary>The child has died: gives it up, and describes its death.</summary>
    private string LoseChild()
    {
        string death = _child!.Peer.DescribeDeath();
        _peers.Lost(_child.Peer, death);
        BuryChild();
        return death;
    }

    private void DropChild()
    {
        _child?.Peer.Kill();
        BuryChild();
    }

    private void BuryChild()
    {
        ChildSession? child;
        lock (_gate)
        {
            (child, _child) = (_child, null);
        }

        child?.Dispose();
    }

    private void SetStrayRun(FlowRun? run)
    {
        lock (_strayGate)
        {
            _strayRun = run;
        }
    }

    /// <summary>
    /// A line that the child or a program of its wrote straight to standard output or error. Within the lock: none comes after
    /// its run has ended.
    /// </summary>
    private void WriteStray(string line)
    {
        lock (_strayGate)
        {
            if (_strayRun is { } run)
            {
                _source?.Write(run, StreamRecords.Note(run, StreamRecords.Line(line)));
            }
        }
    }
}
