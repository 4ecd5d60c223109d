using System.Management.Automation;
using FlowModule.Closures;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Runners;
using FlowModule.Sessions;
using FlowModule.Starting;
using FlowModule.Streams;

namespace FlowModule.Tasks;

/// <summary>Starts tasks in the background of their flow run, without waiting.</summary>
internal sealed class TaskStarter(PSCmdlet cmdlet, RunspaceContext context, RunEmitter emitter, FlowLogPreference log) : ISubflowRunner
{
    private readonly CallerWait _wait = new(cmdlet, context, emitter);
    private readonly WorkCache _work = new(new ClosureCapture(context, cmdlet));

    public object? Prepare(Flow flow, RunPolicy policy, ref RunInput input) => _work.GetFor(flow, policy, ref input);

    public bool IsInline(RunPolicy policy) => false;

    public void Add(FlowRun run, RunFailure? failure)
    {
        context.CallsInto(cmdlet);
        context.NoteBreakpoints();
        TaskGroups.For(context, log).Add(run, failure);
        _wait.WriteTaskOutput();
    }

    public void Complete()
    {
        // Started tasks continue: they belong to the flow run, which waits for them.
    }

    public void Stop(StopRequest request)
    {
        // They also continue when the pipeline that started them is stopped, unless their flow run is.
    }

    public void Dispose()
    {
        // The pipeline owns nothing.
    }
}
