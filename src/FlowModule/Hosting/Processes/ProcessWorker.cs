using FlowModule.Engine;

namespace FlowModule.Hosting.Processes;

/// <summary>
/// A worker whose runs are executed by another process: one process, one run at a time. Its thread takes runs, hands them over and
/// passes on what comes back. A process that dies takes its run along, and the next run gets a new one.
/// </summary>
internal sealed class ProcessWorker : IWorker
{
    private const int StackBytes = 1024 * 1024;

    // Starting is work for a processor: as with runspaces, those that begin early leave less for the others to do.
    private static readonly SemaphoreSlim Turns = new(Environment.ProcessorCount);

    private readonly object _gate = new();
    private readonly object _strayGate = new();
    private readonly WorkerPool _pool;
    private readonly WorkerOrigin _origin;
    private readonly WorkerCommand _command;
    private readonly CliXml _cliXml = new();
    private readonly ValueReader _values;
    private Thread? _thread;
    private IRunSource? _source;
    private ChildSession? _child;
    private FlowRun? _current;
    private FlowRun? _strayRun;
    private bool _killed;
    private bool _closing;

    internal ProcessWorker(WorkerPool pool, WorkerOrigin origin, WorkerCommand command)
    {
        _pool = pool;
        _origin = origin;
        _command = command;
        _values = new ValueReader(_cliXml);
    }

    /// <inheritdoc/>
    public void Serve(IRunSource source)
    {
        lock (_gate)
        {
            _source = source;
            if (_thread is null)
            {
                _thread = new Thread(Live, StackBytes) { IsBackground = true, Name = "FlowModule process worker" };
                _thread.Start();
            }
            else
            {
                Monitor.Pulse(_gate);
            }
        }
    }

    /// <summary>Lets an idle worker's process and thread end. Does not wait for them.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closing = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Live()
    {
        try
        {
            while (WaitForSource())
            {
                IRunSource source = _source!;
                if (_child is null && !TryStartInTurn(source))
                {
                    Retire();
                    return;
                }

                while (source.Take() is { } run)
                {
                    Execute(source, run);
                }

                lock (_gate)
                {
                    _source = null;
                }

                _pool.Return(this);
            }
        }
        catch (Exception exception)
        {
            // The worker itself broke. Its runs must say so: nobody else will.
            FailAll(RunErrors.Crash(exception));
        }
        finally
        {
            _child?.Dispose();
            _cliXml.Dispose();
        }
    }

    /// <summary>Waits until the worker is lent. False when it is to end.</summary>
    private bool WaitForSource()
    {
        lock (_gate)
        {
            while (_source is null && !_closing)
            {
                Monitor.Wait(_gate);
            }

            return _source is not null;
        }
    }

    /// <summary>Starts the process. False when by then there is nothing left to do for it.</summary>
    private bool TryStartInTurn(IRunSource source)
    {
        Turns.Wait();
        try
        {
            if (!source.HasWaiting)
            {
                return false;
            }

            StartChild();
            return true;
        }
        finally
        {
            Turns.Release();
        }
    }

    private void StartChild()
    {
        var child = ChildSession.Start(_command, _origin, _cliXml, WriteStray);
        lock (_gate)
        {
            _child = child;
        }
    }

    private void Execute(IRunSource source, FlowRun run)
    {
        RunOutcome outcome = RunOutcome.Nothing;
        try
        {
            if (_child is null || _child.Process.HasExited)
            {
                BuryChild();
                StartChild();
            }
        }
        catch (Exception exception)
        {
            outcome = new RunOutcome([], RunErrors.Crash(exception));
        }

        lock (_gate)
        {
            _current = run;
            _killed = false;
        }

        if (source.Begin(run) && outcome.Failure is null && run.TryEnter(() => Interrupt(run), () => Kill(run)))
        {
            lock (_strayGate)
            {
                _strayRun = run;
            }

            try
            {
                outcome = HandOver(source, run);
            }
            catch (Exception exception)
            {
                // What the run is given cannot be written, or what came back cannot be read: whatever the child does now is of no use.
                _child?.Process.Kill();
                BuryChild();
                outcome = new RunOutcome([], RunErrors.Describe(exception));
            }

            run.Leave();
            lock (_strayGate)
            {
                _strayRun = null;
            }
        }

        lock (_gate)
        {
            _current = null;
        }

        source.BodyEnded(run, outcome);
    }

    /// <summary>Has the child execute the run. One that died while it was idle has not begun it: then another gets it.</summary>
    private RunOutcome HandOver(IRunSource source, FlowRun run)
    {
        for (bool isRetry = false; ; isRetry = true)
        {
            bool started = false;
            if (_child!.TrySend(run))
            {
                // A stop that came before the child knew the run has not reached it.
                if (run.StopRequest is not null)
                {
                    Interrupt(run);
                }

                if (Receive(source, run, ref started) is { } outcome)
                {
                    return outcome;
                }
            }

            if (_killed)
            {
                BuryChild();
                return RunOutcome.Killed;
            }

            string death = _child.Process.DescribeDeath();
            BuryChild();
            if (started || isRetry || run.StopRequest is not null)
            {
                return new RunOutcome([], RunErrors.ProcessDied(run, death));
            }

            StartChild();
        }
    }

    /// <summary>Passes on what the child says until the run has ended. Null when the child is gone before.</summary>
    private RunOutcome? Receive(IRunSource source, FlowRun run, ref bool started)
    {
        while (_child!.Process.Channel.TryRead(out FrameKind kind, out byte[]? payload))
        {
            using var data = new BinaryReader(new MemoryStream(payload), FrameBuilder.Text);
            switch (kind)
            {
                case FrameKind.Started:
                    started = true;
                    break;
                case FrameKind.Record:
                    _values.Reset();
                    source.Write(run, StreamRecords.Note(run, RecordCodec.Read(data, _values)));
                    break;
                case FrameKind.Ended:
                    (FinalStateRule.Verdict verdict, bool isAbandoned) = EndMessage.Read(data, _values);
                    if (isAbandoned)
                    {
                        // The body still runs there. Its own grace period has ended a moment before ours.
                        _child.Process.Kill();
                        BuryChild();
                        return RunOutcome.Killed;
                    }

                    _child.Process.WaitForStray();
                    return new RunOutcome(verdict);
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

        // On another thread: a child that does not read must not hold up who stops the run.
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

        child?.Process.Kill();
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

    private void Retire()
    {
        IRunSource? source;
        lock (_gate)
        {
            (source, _source) = (_source, null);
        }

        _pool.Forget(this);
        source?.WorkerLost();
    }

    private void FailAll(RunFailure failure)
    {
        _pool.Forget(this);
        if (_current is { } current)
        {
            _source?.BodyEnded(current, new RunOutcome([], failure));
        }

        while (_source?.Take() is { } run)
        {
            _source.Begin(run);
            _source.BodyEnded(run, new RunOutcome([], failure));
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
                _source?.Write(run, StreamRecords.Line(line));
            }
        }
    }
}
