using System.Management.Automation;
using FlowModule.Closures;
using FlowModule.Engine.FanOuts;
using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Engine.Tasks;
using FlowModule.Sessions;
using FlowModule.Starting;
using FlowModule.Streams;

namespace FlowModule.Runners;

/// <summary>Runs subflows on workers, with a limit; the cmdlet's thread writes their output at once.</summary>
internal sealed class ParallelRunner : ISubflowRunner
{
    /// <summary>The longest time that a state waits for others that end at the same time, in milliseconds.</summary>
    private const int GatherMilliseconds = 2;

    private readonly PSCmdlet _cmdlet;
    private readonly RunspaceContext _context;
    private readonly FanOutOptions _options;
    private readonly FanOut _fanOut;
    private readonly RunEmitter _emitter;
    private readonly WorkCache _work;
    private readonly ForeignCalls _calls;
    private readonly FlowRun? _parent;
    private List<RunOutput> _batch = [];
    private long _writtenAt;
    private ITimer? _ticks;
    private bool _isTicking;
    private bool _isRecorded;
    private bool _finished;

    internal ParallelRunner(PSCmdlet cmdlet, RunspaceContext context, RunEmitter emitter, FanOutOptions options, FlowRun? group)
    {
        _cmdlet = cmdlet;
        _context = context;
        _emitter = emitter;
        _options = options;
        _parent = context.CurrentRun;
        context.NoteBreakpoints();
        _work = new WorkCache(new ClosureCapture(context, cmdlet));
        _fanOut = new FanOut(options, group ?? context.CurrentRun, context.PoolOf, RunErrors.Instance, heldByParent: group is not null);
        if (options.GivesStates)
        {
            emitter.Counts = _fanOut.Counts;
        }

        _calls = context.CallsInto(cmdlet);
    }

    public object? Prepare(Flow flow, RunPolicy policy, ref RunInput input) => _work.GetFor(flow, policy, ref input);

    public bool IsInline(RunPolicy policy) => false;

    public void Add(FlowRun run, RunFailure? failure)
    {
        try
        {
            if (!_fanOut.HasRoom())
            {
                using (RunWait.Begin(_parent, []))
                {
                    while (!_fanOut.HasRoom())
                    {
                        Write(wait: true);
                    }
                }
            }

            _isRecorded |= run.Recording is not null;
            _emitter.Expect(run);
            _fanOut.Add(run, failure);
            Write(wait: false);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public void Complete()
    {
        try
        {
            _fanOut.CompleteAdding();
            using RunWait? wait = RunWait.Begin(_parent, []);
            bool finished;
            do
            {
                // Checked before reading, so that the output of the last run is included.
                finished = _fanOut.IsFinished;
                Write(wait: !finished);
            }
            while (!finished);
            _finished = true;
            if (_options.GivesStates)
            {
                _emitter.EndAll();
                _emitter.Summarize(_options.Log);
            }

        }
        finally
        {
            Dispose();
        }
    }

    public void Stop(StopRequest request)
    {
        _fanOut.Stop(request);
        _fanOut.Output.Signal();
    }

    /// <summary>If the pipeline ended before the work, ends all active runs and waits for them.</summary>
    public void Dispose()
    {
        _ticks?.Dispose();
        if (!_finished)
        {
            _finished = true;
            _fanOut.Abandon(_context.Abandoned(_cmdlet, "The pipeline that started the subflow was stopped."));
        }
    }

    private void Write(bool wait)
    {
        // States must be stored before they are returned, so runs that end together are stored together: each separate one would cost a transaction.
        bool gathers = _isRecorded && _fanOut.IsBusy && Environment.TickCount64 - _writtenAt <= GatherMilliseconds;
        if (gathers && !wait)
        {
            return;
        }

        if (wait && !_isTicking)
        {
            // While no output arrives, the progress must still be updated.
            _isTicking = true;
            if (_options.GivesStates && _emitter.TickInterval is { } interval)
            {
                _ticks = TimeProvider.System.CreateTimer(static output => ((OutputQueue)output!).Signal(), _fanOut.Output, interval, interval);
            }
        }

        _calls.BeginWait(_fanOut.Output.Signal);
        _fanOut.Output.Read(ref _batch, wait, gathers ? GatherMilliseconds : 0);
        _writtenAt = Environment.TickCount64;
        _calls.EndWait(_cmdlet);
        if (_cmdlet.Stopping)
        {
            throw new PipelineStoppedException();
        }

        foreach (RunOutput output in _batch)
        {
            _emitter.Emit(output);
        }

        _batch.Clear();
        _emitter.Tick();
    }
}
