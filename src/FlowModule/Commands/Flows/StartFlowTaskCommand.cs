using System.Collections;
using System.Management.Automation;
using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Runners;
using FlowModule.Starting;
using FlowModule.Streams;
using FlowModule.Tasks;

namespace FlowModule.Commands;

/// <summary>Starts a task, or one for each piped object, and returns its run at once: a handle to wait for, or to pass to other tasks.</summary>
[Cmdlet(VerbsLifecycle.Start, "FlowTask", DefaultParameterSetName = Unnamed, SupportsShouldProcess = true)]
[OutputType(typeof(FlowRun), typeof(FlowPlan))]
public sealed class StartFlowTaskCommand : TaskCommand, IDisposable
{
    private ISubflowRunner? _starter;
    private RunFactory? _factory;
    private List<object?>? _gathered;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        CheckInput();
        _factory = CreateFactory();
        _gathered = Consent.Asks && HasInput ? [] : null;
        if (Consent.OnlyPlans)
        {
            _starter = new PlanRunner(this, Context, new FanOutOptions { ThrottleLimit = TaskGroups.ThrottleLimitOf(_factory.Parent) }, onWorkers: true);
            return;
        }

        var writer = new CmdletWriter(this, givesStates: false);
        var emitter = new RunEmitter(writer, $"Task {Name}", writesFailures: false);
        _starter = _factory.Parent?.FlowRunOf().Flow.TaskRunner == FlowTaskRunner.Sequential
            ? SubflowRunners.Create(this, Context, new FanOutOptions { Log = writer.Log }, parallel: false, emitter)
            : new TaskStarter(this, Context, emitter, writer.Log);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (_gathered is not null)
        {
            _gathered.Add(InputObject);
        }
        else if (HasInput)
        {
            Start(InputObject, hasItem: true);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (!MayRun(_gathered?.Count, "Start task"))
        {
            return;
        }

        _gathered?.ForEach(input => Start(input, hasItem: true));
        if (Mapped is not null)
        {
            Mapped.ForEach(parameters => Start(item: null, hasItem: false, parameters));
        }
        else if (!HasInput)
        {
            Start(item: null, hasItem: false);
        }

        if (Consent.OnlyPlans)
        {
            _starter!.Complete();
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _starter?.Stop(Context.PipelineStopped());

    /// <summary>The pipeline has ended. Started tasks continue, because they belong to their flow run.</summary>
    public void Dispose() => _starter?.Dispose();

    private void Start(object? item, bool hasItem, IDictionary? mapped = null)
    {
        (FlowRun run, RunFailure? failure) = OrThrow(() => _factory!.Create(TaskDefinition, mapped, item, hasItem, _starter!));
        _starter!.Add(run, failure);
        if (!Consent.OnlyPlans)
        {
            WriteObject(run);
        }
    }
}
