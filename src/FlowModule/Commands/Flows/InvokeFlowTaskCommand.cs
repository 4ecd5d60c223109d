using System.Collections;
using System.Management.Automation;
using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Engine.Waves;
using FlowModule.Runners;
using FlowModule.Starting;
using FlowModule.Streams;
using FlowModule.Tasks;

namespace FlowModule.Commands;

/// <summary>Runs a task, or one for each piped object, and returns the results. Throws if a task failed.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "FlowTask", DefaultParameterSetName = Unnamed, SupportsShouldProcess = true)]
[OutputType(typeof(object), typeof(FlowState), typeof(FlowPlan))]
public sealed class InvokeFlowTaskCommand : TaskCommand, IDisposable
{
    private RunFactory? _factory;
    private ISubflowRunner? _runner;
    private TaskResults? _results;
    private List<object?>? _gathered;
    private FailureCondition? _failWhen;

    /// <summary>Whether to run up to -ThrottleLimit tasks at once, each on a worker.</summary>
    [Parameter]
    public SwitchParameter Parallel { get; set; }

    /// <summary>How many tasks run at once. Default: the flow's limit, or else the number of processors.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int? ThrottleLimit { get; set; }

    /// <summary>Whether to return results as tasks end, instead of in the order of the input.</summary>
    [Parameter]
    public SwitchParameter Unordered { get; set; }

    /// <summary>Whether to return the states of the task runs, and throw nothing.</summary>
    [Parameter]
    public SwitchParameter ReturnState { get; set; }

    /// <summary>Whether to cancel the rest at the first task that does not complete.</summary>
    [Parameter]
    public SwitchParameter StopOnFailure { get; set; }

    /// <summary>Stop the rest when more than this many tasks have not completed.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? MaxFailures { get; set; }

    /// <summary>Stop the rest when more than this percentage of all tasks have not completed.</summary>
    [Parameter]
    [ValidateRange(0.0, 100.0)]
    public double? MaxFailurePercent { get; set; }

    /// <summary>
    /// Run all, and judge at the end: it has failed as a whole if more than this number (5) or percentage ('10%') of the runs did not complete, or if a
    /// script block, which gets the states as $_, returns true.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object? FailWhen { get; set; }

    /// <summary>Run a few first, then more: the total that each wave reaches, as a number or a percentage ('10%').</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public WaveSize[] Wave { get; set; } = [];

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        CheckInput();
        if (ThrottleLimit is not null && !Parallel)
        {
            OrThrow<bool>(() => throw FlowException.InvalidParameter(
                "-ThrottleLimit needs -Parallel: without it, tasks run one after another.", "FlowThrottleWithoutParallel", ThrottleLimit));
        }

        _failWhen = OrThrow(() => FailureCondition.Of(FailWhen, "task runs"));
        _factory = CreateFactory();
        bool needsTotal = FailureLimits.NeedTotal(Wave, MaxFailures, MaxFailurePercent) && (HasInput || Mapped is not null);
        if ((needsTotal || Consent.Asks) && HasInput && Mapped is null)
        {
            _gathered = [];
        }
        else if (!needsTotal)
        {
            _runner = CreateRunner(waves: null);
        }
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
            Add(InputObject, hasItem: true);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (!MayRun(_gathered?.Count, "Invoke task"))
        {
            return;
        }

        _runner ??= CreateRunner(FailureLimits.Plan(Wave, MaxFailures, MaxFailurePercent, Mapped?.Count ?? _gathered!.Count, "task runs"));
        foreach (object? input in _gathered ?? [])
        {
            Add(input, hasItem: true);
        }

        if (Mapped is not null)
        {
            Mapped.ForEach(parameters => Add(item: null, hasItem: false, parameters));
        }
        else if (!HasInput)
        {
            Add(item: null, hasItem: false);
        }

        _runner.Complete();
        if (Consent.OnlyPlans)
        {
            return;
        }

        if (_failWhen is null)
        {
            _results!.ThrowFailure();
        }
        else if (_failWhen.Judge() is { } failed)
        {
            ThrowTerminatingError(failed);
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _runner?.Stop(Context.PipelineStopped());

    /// <summary>The pipeline has ended. Nothing of the cmdlet continues.</summary>
    public void Dispose()
    {
        _runner?.Dispose();
        TellStopped();
    }

    private ISubflowRunner CreateRunner(WavePlan? waves)
    {
        var writer = new CmdletWriter(this);
        _results = new TaskResults(this, writer, ReturnState, throwsFailures: _failWhen is null);
        var options = new FanOutOptions
        {
            ThrottleLimit = Parallel ? ThrottleLimit ?? _factory!.Parent?.FlowRunOf().Flow.ThrottleLimit ?? Environment.ProcessorCount : 1,
            KeepOrder = !Unordered,
            StopOnFailure = StopOnFailure,
            Waves = waves,
            Total = Mapped?.Count ?? _gathered?.Count,
            CountsStates = _failWhen is null,
            Log = writer.Log,
        };
        return Consent.OnlyPlans
            ? new PlanRunner(this, Context, options, Parallel)
            : SubflowRunners.Create(this, Context, options, Parallel, new RunEmitter(_results, $"Tasks {Name}", writesFailures: false) { Judge = _failWhen is null ? null : _failWhen.Add });
    }

    private void Add(object? item, bool hasItem, IDictionary? mapped = null)
    {
        (FlowRun run, RunFailure? failure) = OrThrow(() => _factory!.Create(TaskDefinition, mapped, item, hasItem, _runner!));
        _runner!.Add(run, failure);
    }
}
