using System.Management.Automation;
using FlowModule.Closures;
using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Sessions;
using FlowModule.Starting;
using FlowModule.Streams;

namespace FlowModule.Jobs;

/// <summary>Passes runs to a job, which outlives the cmdlet.</summary>
internal sealed class JobRunner : ISubflowRunner
{
    private readonly PSCmdlet _cmdlet;
    private readonly RunspaceContext _context;
    private readonly FanOut _fanOut;
    private readonly WorkCache _work;
    private readonly JobFeed _feed;
    private readonly bool _isFanOut;
    private readonly string _command;
    private bool _handedOver;

    /// <param name="cmdlet">The cmdlet that returns the job.</param>
    /// <param name="context">The session.</param>
    /// <param name="options">How to run.</param>
    /// <param name="activity">Its name in progress records.</param>
    /// <param name="isFanOut">Whether a single run is a child job too; otherwise it is the job itself.</param>
    /// <param name="group">The ad hoc run that contains the runs; null for none.</param>
    /// <param name="ended">Called when all runs have ended, before the job does.</param>
    internal JobRunner(PSCmdlet cmdlet, RunspaceContext context, FanOutOptions options, string activity, bool isFanOut, FlowRun? group, Action? ended = null)
    {
        _cmdlet = cmdlet;
        _context = context;
        context.CallsInto(cmdlet);
        _isFanOut = isFanOut;
        _command = cmdlet.MyInvocation.Line.Trim();
        _work = new WorkCache(new ClosureCapture(context, cmdlet));
        _fanOut = new FanOut(options with { Log = FlowLogPreference.All }, group ?? context.CurrentRun, context.PoolOf, RunErrors.Instance, heldByParent: true);
        _feed = new JobFeed(_fanOut, activity, options.Log, isFanOut, ended);
    }

    public object? Prepare(Flow flow, RunPolicy policy, ref RunInput input) => _work.GetFor(flow, policy, ref input);

    public bool IsInline(RunPolicy policy) => false;

    public void Add(FlowRun run, RunFailure? failure)
    {
        _feed.Add(run, _command);
        _fanOut.Add(run, failure);
    }

    /// <summary>Adds the state of a run that the job does not run itself.</summary>
    internal void Give(FlowState state)
    {
        _feed.Add(state.Run, _command);
        _fanOut.Output.WriteNow(new RunOutput(state.Run, state));
    }

    public void Complete()
    {
        FlowJob? whole = !_isFanOut && _feed.Jobs.Count == 1 ? null : new FlowJob(_feed, _command, _feed.Jobs);
        BackgroundJob job = whole ?? (BackgroundJob)_feed.Jobs[0];
        job.Begin();
        _feed.Whole = whole;
        _fanOut.CompleteAdding();
        _handedOver = true;
        FlowJobSourceAdapter.Add(_cmdlet, job);
        _cmdlet.WriteObject(job);
    }

    /// <summary>Ctrl+C before the end of the input: nobody has received the job, so it ends.</summary>
    public void Stop(StopRequest request) => _feed.Stop(request);

    /// <summary>The pipeline ended before the job was returned.</summary>
    public void Dispose()
    {
        if (!_handedOver)
        {
            _handedOver = true;
            Stop(_context.Abandoned(_cmdlet, "The pipeline that started the job was stopped."));
        }
    }
}
