using System.Management.Automation;
using FlowModule.Engine;

namespace FlowModule.Hosting;

/// <summary>Hands runs to a job, which outlives the cmdlet.</summary>
internal sealed class JobRunner : ISubflowRunner
{
    private readonly PSCmdlet _cmdlet;
    private readonly FanOut _fanOut;
    private readonly ClosureCapture _capture;
    private readonly WorkCache _work = new();
    private readonly FlowJob _job;

    internal JobRunner(PSCmdlet cmdlet, RunspaceContext context, FanOutOptions options, string activity)
    {
        _cmdlet = cmdlet;
        _capture = new ClosureCapture(context, cmdlet.SessionState);
        _fanOut = new FanOut(options, context.CurrentRun, context.Pool, RunErrors.Instance, heldByParent: true);
        _job = new FlowJob(cmdlet.MyInvocation.Line.Trim(), name: null, _fanOut, activity);
        _job.Start();
    }

    public object? HostDataFor(Flow flow) => _work.GetFor(flow, _capture);

    public void Add(FlowRun run, RunFailure? failure) => _fanOut.Add(run, failure);

    public void Complete()
    {
        _fanOut.CompleteAdding();
        _cmdlet.JobRepository.Add(_job);
        _cmdlet.WriteObject(_job);
    }

    /// <summary>Ctrl+C while the input still came: nobody has the job, so it ends.</summary>
    public void Stop(StopRequest request)
    {
        _fanOut.CompleteAdding();
        _fanOut.Stop(request);
    }

    public void Dispose()
    {
    }
}
