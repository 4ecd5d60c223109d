using System.Collections;
using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Engine.Waves;
using FlowModule.History;
using FlowModule.Jobs;
using FlowModule.Parameters;
using FlowModule.Runners;
using FlowModule.Starting;

namespace FlowModule.Commands;

/// <summary>Runs subflows: piped flows, or one flow for each piped object or position of a map. One after another, or in parallel.</summary>
[Cmdlet(VerbsLifecycle.Start, "Subflow", SupportsShouldProcess = true)]
[OutputType(typeof(FlowState), typeof(Job), typeof(FlowPlan))]
public sealed class StartSubflowCommand : QueueCommand, IDisposable
{
    private ISubflowRunner? _runner;
    private RunFactory[] _factories = [];
    private Flow? _flow;
    private List<IDictionary>? _mapped;
    private List<object?>? _gathered;
    private FailureCondition? _failWhen;
    private RunConsent _consent = null!;
    private AdHocRun? _adHoc;

    /// <summary>Whether the call has input. An empty pipeline is input without objects.</summary>
    private bool HasInput => MyInvocation.ExpectingInput || MyInvocation.BoundParameters.ContainsKey(nameof(InputObject));

    /// <summary>The flow to run for each input: the object, its name, or a script block. Without it, the piped objects are the flows.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(FlowNameCompleter))]
    [ValidateNotNull]
    public object? Flow { get; set; }

    /// <summary>Flows (or their names) to run; with -Flow, the objects to run it for.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? InputObject { get; set; }

    /// <summary>Whether to run up to -ThrottleLimit subflows at once, each on a worker.</summary>
    [Parameter]
    public SwitchParameter Parallel { get; set; }

    /// <summary>How many subflows run at once. Default: the limit of the calling flow, or else the number of processors.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int? ThrottleLimit { get; set; }

    /// <summary>Values for the flow's parameters that differ from run to run: lists of equal length, or single values.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Map { get; set; }

    /// <summary>Values for the flow's parameters that are the same in all runs. The handle of a started task stands for its result.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Parameters { get; set; }

    /// <summary>Tasks that must end before a subflow starts. If one does not complete, the subflow never runs.</summary>
    [Parameter]
    [ValidateNotNull]
    public FlowRun[] DependsOn { get; set; } = [];

    /// <summary>Whether to run even if a dependency did not complete; its state then replaces its result.</summary>
    [Parameter]
    public SwitchParameter AllowFailure { get; set; }

    /// <summary>Whether to return the states in the order of the input.</summary>
    [Parameter]
    public SwitchParameter KeepOrder { get; set; }

    /// <summary>The number of completed subflows to wait for; the rest is then cancelled.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? First { get; set; }

    /// <summary>Whether to cancel the rest at the first subflow that does not complete.</summary>
    [Parameter]
    public SwitchParameter StopOnFailure { get; set; }

    /// <summary>Stop the rest when more than this many subflows have not completed.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? MaxFailures { get; set; }

    /// <summary>Stop the rest when more than this percentage of all subflows have not completed.</summary>
    [Parameter]
    [ValidateRange(0.0, 100.0)]
    public double? MaxFailurePercent { get; set; }

    /// <summary>
    /// Run all, and judge at the end: the call has failed as a whole if more than this number (5) or percentage ('10%') of the runs did not complete,
    /// or if a script block, which gets the states as $_, returns true.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object? FailWhen { get; set; }

    /// <summary>Run a few first, then more: the total that each wave reaches, as a number or a percentage ('10%'). Failures stop the next wave.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public WaveSize[] Wave { get; set; } = [];

    /// <summary>The name of this call: its run in the history has it in place of a flow's name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>The name of this call's run: a template with the parameters of the call as placeholders, such as sync-{Date:yyyyMMdd}.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? RunName { get; set; }

    /// <summary>Words to find this call's run by.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Tag { get; set; } = [];

    /// <summary>Whether to run in the background and return a job.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _flow = Flow is null ? null : OrThrow(() => FlowReference.Resolve(Flow, Context));
        OrThrow(CheckInput);
        OrThrow(UseWorkers);
        _failWhen = OrThrow(() => FailureCondition.Of(FailWhen, "subflow runs"));
        _consent = new RunConsent(this);
        var call = new AdHocCall(Name, RunName, Tag, Parameters, [.. _flow?.Secret ?? [], .. Secret]);
        _adHoc = OrThrow(() => AdHocRuns.For(this, Context, call, isSeveral: HasInput || Map is not null || Each, History)) is { } adHoc && !_consent.OnlyPlans ? adHoc : null;
        if (!_consent.OnlyPlans)
        {
            HistoryChoice.OpenAhead(Context, HistoryPath, NoHistory);
            if (Parallel && Isolation == FlowIsolation.Runspace && HostCapacity is null && Queue is null)
            {
                Context.Pool.Prepare();
            }
        }

        _factories = OrThrow(() => Adjustments.Select(MakeFactory).ToArray());
        if (FailureLimits.NeedTotal(Wave, MaxFailures, MaxFailurePercent) || (_consent.Asks && HasInput && _mapped is null))
        {
            _gathered = [];
        }
        else
        {
            _runner = CreateRunner(waves: null);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (!HasInput || _mapped is not null)
        {
            return;
        }

        if (_gathered is not null)
        {
            _gathered.Add(InputObject);
        }
        else
        {
            Start(InputObject);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        int count = (_mapped?.Count ?? (HasInput ? _gathered?.Count ?? 0 : 1)) * _factories.Length;
        if (_consent is { Asks: true, OnlyPlans: false } && !ShouldProcess(RunDescription.OfMany(_flow?.Name, count), "Start subflow"))
        {
            return;
        }

        _runner ??= CreateRunner(FailureLimits.Plan(Wave, MaxFailures, MaxFailurePercent, count, "subflow runs"));
        foreach (object? input in _gathered ?? [])
        {
            Start(input);
        }

        if (_mapped is not null)
        {
            foreach (IDictionary parameters in _mapped)
            {
                Add(_flow!, parameters, item: null);
            }
        }
        else if (!HasInput)
        {
            Add(_flow!, mapped: null, item: null);
        }

        if (Name is not null)
        {
            // That it had nothing to do is worth knowing too.
            _adHoc?.Begin();
        }

        _runner.Complete();
        EndCall();

        ErrorRecord? failed = _consent.OnlyPlans || AsJob ? null : _failWhen?.Judge();
        AdHocRuns.End(_adHoc, isJob: AsJob);
        if (failed is not null)
        {
            WriteError(failed);
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing()
    {
        _runner?.Stop(Context.PipelineStopped());
        _adHoc?.Stop();
    }

    /// <summary>The pipeline has ended. Nothing of the cmdlet continues.</summary>
    public void Dispose()
    {
        _runner?.Dispose();
        EndCall();

        if (_failWhen is not null)
        {
            // If the pipeline has ended before it, nobody has judged its runs.
            _adHoc?.Stop();
        }

        AdHocRuns.End(_adHoc, isJob: AsJob);
        TellStopped();
    }

    /// <summary>Gives back what the call had of other machines; a job does so when its runs have ended.</summary>
    private void EndCall()
    {
        if (_runner is not JobRunner)
        {
            EndHosts();
        }
    }

    private ISubflowRunner CreateRunner(WavePlan? waves)
    {
        var options = new FanOutOptions
        {
            ThrottleLimit = Parallel ? Math.Min(ThrottleLimit ?? HostCapacity ?? _factories[0].Parent?.Flow.ThrottleLimit ?? OrThrow(() => _factories[0].CapacityFor(_flow)) ?? Environment.ProcessorCount, HostCapacity ?? int.MaxValue) : 1,
            KeepOrder = KeepOrder,
            First = First,
            StopOnFailure = StopOnFailure,
            Waves = waves,
            Total = (_mapped?.Count ?? _gathered?.Count) * _factories.Length,
            CountsStates = _failWhen is null,
        };
        string activity = (Name ?? _factories[0].Parent?.FlowName) is { } name ? $"Subflows of {name}" : "Subflows";
        return SubflowRunners.Create(this, Context, options, Parallel, AsJob, activity, isFanOut: true, _failWhen, _adHoc?.Run, Name, EndHosts);
    }

    /// <summary>Starts the flow for a piped object, or the flow that the object is.</summary>
    private void Start(object? input)
    {
        if (_flow is not null)
        {
            Add(_flow, mapped: null, input, hasItem: true);
        }
        else
        {
            Add(OrThrow(() => FlowReference.Resolve(input, Context)), mapped: null, item: null);
        }
    }

    private void Add(Flow flow, IDictionary? mapped, object? item, bool hasItem = false)
    {
        foreach (RunFactory factory in _factories)
        {
            (FlowRun run, RunFailure? failure) = OrThrow(() => factory.Create(flow, mapped, item, hasItem, _runner!));
            _runner!.Add(run, failure);
        }
    }

    private RunFactory MakeFactory(Func<RunPolicy, RunPolicy> adjust) =>
        new(this, Context, Parameters, adjust, DependsOn, AllowFailure, History, _consent.OnlyPlans ? null : SweepCrashed, _adHoc) { MakesMany = HasInput || Map is not null || Each, OnlyPlans = _consent.OnlyPlans };

    /// <summary>Checks for errors that are known before anything runs.</summary>
    private bool CheckInput()
    {
        if (FailWhen is not null && (AsJob || First is not null))
        {
            throw FlowException.InvalidParameter(
                $"{FailureCondition.Parameter} is judged when all subflows have ended: {(AsJob ? "-AsJob does not wait for that" : "-First ends them before")}.",
                "FlowFailWhenNotWhole", FailWhen);
        }

        if (ThrottleLimit is not null && !Parallel)
        {
            throw FlowException.InvalidParameter("-ThrottleLimit needs -Parallel: without it, subflows run one after another.", "FlowThrottleWithoutParallel", ThrottleLimit);
        }

        if (_flow is null)
        {
            return Map is null && HasInput
                ? true
                : throw FlowException.InvalidParameter("Name the flow to run with -Flow, or pipe flows.", "FlowMissing", target: null);
        }

        FlowSignature.Of(_flow).RequireNames(_flow, [.. Parameters?.Keys.Cast<object>().Select(key => key.ToString()!) ?? [], .. Secret]);
        _mapped = Map is null ? null : FlowMap.For(_flow, Map, Parameters, HasInput);
        return true;
    }
}
