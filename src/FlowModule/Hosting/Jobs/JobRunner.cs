using System.Management.Automation;
using FlowModule.Engine;

namespace FlowModule.Hosting;

/// <summary>Hands runs to a job, which outlives the cmdlet.</summary>
internal sealed class JobRunner : ISubflowRunner
{
    private readonly PSCmdlet _cmdlet;
    private readonly FanOut _fanOut;
    private readonly WorkCache _work;
    private readonly FlowJob _job;
    private bool _handedOver;

    internal JobRunner(PSCmdlet cmdlet, RunspaceContext context, FanOutOptions options, string activity)
    {
        _cmdlet = cmdlet;
        context.CallsInto(cmdlet);
        _work = new WorkCache(new ClosureCapture(context, cmdlet));
        _fanOut = new FanOut(options, context.CurrentRun, context.PoolOf, RunErrors.Instance, heldByParent: true);
        _job = new FlowJob(cmdlet.MyInvocation.Line.Trim(), name: null, _fanOut, activity);
        _job.Start();
    }

    public object? Prepare(Flow flow, RunPolicy policy, ref RunInput input) => _work.GetFor(flow, policy, ref input);

    public bool IsInline(RunPolicy policy) => false;

    public void Add(FlowRun run, RunFailure? failure) => _fanOut.Add(run, failure);

    /// <summary>Gives the job a state of a run that it does not run.</summary>
    internal void Give(FlowState state) => _fanOut.Output.WriteNow(new RunOutput(state.Run, state));

    public void Complete()
    {
        _fanOut.CompleteAdding();
        _handedOver = true;
        _cmdlet.JobRepository.Add(_job);
        _cmdlet.WriteObject(_job);
    }

    /// <summary>Ctrl+C while the input still came: nobody has the job, so it ends.</summary>
    public void Stop(StopRequest request)
    {
        _fanOut.CompleteAdding();
        _fanOut.Stop(request);
    }

    /// <summary>The pipeline ended before the job was given to anyone.</summary>
    public void Dispose()
    {
        if (!_handedOver)
        {
            _handedOver = true;
            Stop(new StopRequest(StopKind.Cancelled, "The pipeline that started the job was stopped."));
        }
    }
}
