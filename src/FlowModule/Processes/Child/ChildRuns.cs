using System.Management.Automation;
using FlowModule.Closures;
using FlowModule.Engine.History;
using FlowModule.Engine.History.Relay;
using FlowModule.Engine.Limits;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Telemetry;
using FlowModule.Engine.Workers;
using FlowModule.Serialization;
using FlowModule.Sessions;
using FlowModule.Streams;
using FlowModule.Wire;

namespace FlowModule.Processes.Child;

/// <summary>
/// The runs that a worker process is given, one at a time, as a source for the worker inside it; what they give goes back over
/// the pipe.
/// </summary>
/// <param name="channel">The pipe.</param>
/// <param name="mark">Marks the end of each run's output on the standard streams; null if nobody reads them.</param>
/// <param name="cliXml">Writes values that have no codec.</param>
/// <param name="process">The state of the process, which each run finds as it should be; null if it is not for these runs to change.</param>
internal sealed class ChildRuns(FrameChannel channel, StrayMark? mark, CliXml cliXml, ProcessState? process) : IRunSource, IRunExecutor, IHostErrors
{
    private static readonly StopRequest Over = new(StopKind.Cancelled, "There are no more runs.");

    private readonly object _gate = new();
    private readonly object _writing = new();
    private readonly FrameBuilder _frame = new();
    private readonly ValueWriter _values = new(cliXml);
    private RunFailure? _failure;
    private bool _isAbandoned;
    private FlowRun? _waiting;
    private FlowRun? _current;
    private StopRequest? _closed;
    private int _isReady;

    /// <summary>Where the worker comes from that executes the runs. Set before the first run comes.</summary>
    internal WorkerPool Pool { private get; set; } = null!;

    /// <summary>A worker is needed as long as there is this process: it is opened while the first run is on its way.</summary>
    public bool HasWaiting => true;

    /// <summary>Sends the output of a run's background tasks like the output of its body.</summary>
    private OutputQueue Output => field ??= new OutputQueue(output =>
    {
        if (output.Record is not FlowState)
        {
            Write(output.Run, output.Record is LogLine line ? StreamRecords.Line(line) : output.Record);
        }
    });

    /// <param name="run">The run.</param>
    /// <param name="slots">The slots of limits that it has, or null.</param>
    internal void Add(FlowRun run, SharedClaim? slots)
    {
        _failure = null;
        _isAbandoned = false;
        run.Output = Output;
        run.Listeners = SessionTelemetry.Join(RunListeners.None).With(run.Listeners.Own);
        var driver = new RunDriver(run, RunServices.For(run), this, this);
        if (slots is not null)
        {
            driver.Adopt(slots, RunServices.For(run));
        }

        lock (_gate)
        {
            // If this process is about to end, the run does not start here, and the parent gives it to another process.
            if (_closed is null)
            {
                _waiting = _current = run;
                Monitor.PulseAll(_gate);
            }
        }
    }

    internal void Stop(Guid id, StopRequest request)
    {
        FlowRun? run;
        lock (_gate)
        {
            run = _current?.Id == id ? _current : null;
        }

        // Or a run inside of it, which a person stops who sees it in the history.
        run ??= ActiveRuns.Find(id);
        RelayedRun? further = run is null ? RelayedRuns.Find(id) : null;
        if (run is not null || further is not null)
        {
            // Not on the thread that reads what the other side sends: a run that is told to stop may have to wait for an answer to what it has sent.
            var thread = new Thread(() =>
            {
                run?.Stop(request);
                further?.Stop(request);
            })
            { IsBackground = true, Name = "FlowModule stop" };
            thread.Start();
        }
    }

    /// <summary>No more runs: stops the one there is, and waits until its finally blocks have run, as long as they may take.</summary>
    internal void Close(StopRequest request)
    {
        FlowRun? run;
        lock (_gate)
        {
            _closed ??= request;
            run = _current;
            Monitor.PulseAll(_gate);
        }

        run?.Stop(request);
        long deadline = Environment.TickCount64 + (long)(FlowRun.GraceSeconds * 1000);
        lock (_gate)
        {
            while (_current is not null && deadline - Environment.TickCount64 is > 0 and var left)
            {
                Monitor.Wait(_gate, (int)left);
            }
        }
    }

    /// <summary>No more runs. The one there is ends by itself.</summary>
    internal void EndAfterThis()
    {
        lock (_gate)
        {
            _closed ??= Over;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The environment variables of the process that sends the runs have changed.</summary>
    internal void ChangeEnvironment(BinaryReader data) => process?.ChangeEnvironment(data);

    /// <inheritdoc/>
    public FlowRun? Take()
    {
        // The first time, the worker has just opened its session.
        if (Interlocked.Exchange(ref _isReady, 1) == 0)
        {
            lock (_writing)
            {
                _frame.TrySend(channel, FrameKind.Ready);
            }
        }

        lock (_gate)
        {
            while (_waiting is null && _closed is null)
            {
                Monitor.Wait(_gate);
            }

            (FlowRun? run, _waiting) = (_waiting, null);
            return run;
        }
    }

    /// <inheritdoc/>
    public bool Begin(FlowRun run, IRunHost? host)
    {
        if (!IsToExecute(run, run.Driver!.Next(host)))
        {
            return false;
        }

        if (process is not null)
        {
            process.Restore(((SubflowWork)run.HostData!).Closure);
            TraceEnvironment.Own(run, RunTrace.ContextIn(run));
        }

        lock (_writing)
        {
            _frame.TrySend(channel, FrameKind.Started);
        }

        return true;
    }

    /// <inheritdoc/>
    public void Write(FlowRun run, object record)
    {
        if (record is DebugStop stop)
        {
            stop.Refuse("it runs in a process of its own, which has no prompt");
            return;
        }

        lock (_writing)
        {
            try
            {
                _values.Reset();

                // Of a run that the body has started: recorded by this process.
                _frame.Data.Write(RunLog.IsInALog(record, run));
                if (RecordCodec.TryWrite(_frame.Data, record, _values))
                {
                    _frame.TrySend(channel, FrameKind.Record);
                }
                else
                {
                    _frame.Begin();
                }
            }
            catch
            {
                _frame.Begin();
                throw;
            }
        }
    }

    /// <inheritdoc/>
    public void BodyEnded(FlowRun run, RunOutcome outcome)
    {
        _isAbandoned = ReferenceEquals(outcome, RunOutcome.Abandoned);
        _failure = outcome.Failure;
        run.Driver!.BodyEnded(outcome);
    }

    /// <inheritdoc/>
    void IRunExecutor.Wake(FlowRun run)
    {
        if (run.Driver!.NextThread == StepThread.Host)
        {
            Enqueue(run);
        }
        else
        {
            IsToExecute(run, run.Driver.Next(host: null));
        }
    }

    /// <inheritdoc/>
    void IRunExecutor.Waiting(FlowRun run)
    {
        // The process is the run's alone.
    }

    /// <inheritdoc/>
    void IRunExecutor.Log(FlowRun run, LogLine line)
    {
        // The process that started the run writes the log lines about the run itself.
    }

    /// <inheritdoc/>
    bool IRunExecutor.WantsLog => false;

    private bool IsToExecute(FlowRun run, RunStep step)
    {
        switch (step)
        {
            case RunStep.Execute:
                return true;
            case RunStep.Done:
                Ended(run.Driver!.Final!);
                return false;
            case RunStep.Host:
                // Rollbacks of its tasks: the worker calls them.
                Enqueue(run);
                return false;
            default:
                return false;
        }
    }

    private void Enqueue(FlowRun run)
    {
        lock (_gate)
        {
            _waiting = run;
            Monitor.PulseAll(_gate);
        }
    }

    /// <inheritdoc/>
    public void WorkerLost()
    {
        bool isNeeded;
        lock (_gate)
        {
            isNeeded = _closed is null;
        }

        // A session that could not be cleaned is discarded. After an abandoned run, this process ends, with all sessions lent here.
        if (isNeeded)
        {
            Pool.Rent(this);
        }
    }

    /// <inheritdoc/>
    RunFailure IHostErrors.Describe(FlowRun run, Exception exception) => RunErrors.Describe(run, exception);

    /// <summary>The process that started the run creates messages that do not come from the body.</summary>
    object? IHostErrors.Describe(FlowRun run, FinalStateRule.Verdict verdict) =>
        verdict.Error is ErrorRecord error ? RunErrors.Attach(error, run) : verdict.Error;

    private void Ended(FlowState state)
    {
        WarnOfRollbacks(state);
        mark?.Write();

        // Child runs are recorded before anyone learns of the body's end.
        state.Run.Recording?.History.WriteQueued();
        lock (_writing)
        {
            try
            {
                Write(new FinalStateRule.Verdict(state.Type, state.Name, state.Message, state.Result, state.Error), _failure);
            }
            catch (Exception exception)
            {
                // The body's output cannot be serialized. The run must end nevertheless.
                RunFailure failure = RunErrors.Describe(state.Run, exception);
                _frame.Begin();
                Write(new FinalStateRule.Verdict(StateType.Failed, Message: failure.Message, Error: failure.Error), failure);
            }

            _frame.TrySend(channel, FrameKind.Ended);
        }

        lock (_gate)
        {
            // The other side may have sent the next one by now.
            _current = _current == state.Run ? null : _current;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Rollbacks are scripts of this process, and cannot be called from that of the run's parent: that must not be silent.</summary>
    private void WarnOfRollbacks(FlowState state)
    {
        int count = state.IsCompleted ? (state.Run.Parent?.Family.RollbacksOrNull ?? state.Run.Family.RollbacksOrNull)?.TakeAll().Count ?? 0 : 0;
        if (count > 0)
        {
            Write(state.Run, new WarningRecord(
                $"{count} task(s) of '{state.Run.FlowName}' will not be rolled back if the flow run that contains it fails later, because it ran in a process of its own."));
        }
    }

    private void Write(in FinalStateRule.Verdict verdict, RunFailure? failure) => EndMessage.Write(_frame.Data, verdict, failure, _isAbandoned, _values);
}
