using System.Collections;
using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Engine.FanOuts;
using FlowModule.Engine.States;
using FlowModule.Engine.Waves;
using FlowModule.History;
using FlowModule.Parameters;
using FlowModule.Starting;

namespace FlowModule.Commands;

/// <summary>Runs subflows: piped flows, or one flow for each piped object or position of a map. One after another, or in parallel.</summary>
[Cmdlet(VerbsLifecycle.Start, "Subflow", SupportsShouldProcess = true)]
[OutputType(typeof(FlowState), typeof(Job))]
public sealed class StartSubflowCommand : RunCommand, IDisposable
{
    private ISubflowRunner? _runner;
    private RunFactory? _factory;
    private Flow? _flow;
    private List<IDictionary>? _mapped;
    private List<object?>? _gathered;

    /// <summary>Whether the call is given inputs. An empty pipeline is one that gives none, not a call without.</summary>
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

    /// <summary>Run up to -ThrottleLimit subflows at once, each on a worker.</summary>
    [Parameter]
    public SwitchParameter Parallel { get; set; }

    /// <summary>How many subflows run at once. Default: the calling flow's, else the number of processors.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int? ThrottleLimit { get; set; }

    /// <summary>Values for the flow's parameters that differ from run to run: lists of equal length, or single values.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Map { get; set; }

    /// <summary>Values for the flow's parameters that are the same in all runs. A task that was started stands for its result.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Parameters { get; set; }

    /// <summary>Tasks that have to be over before a subflow starts. If one did not complete, the subflow is never run.</summary>
    [Parameter]
    [ValidateNotNull]
    public FlowRun[] DependsOn { get; set; } = [];

    /// <summary>Run even if a task that a subflow depends on did not complete; its state then stands in the place of its result.</summary>
    [Parameter]
    public SwitchParameter AllowFailure { get; set; }

    /// <summary>Give the states in the order of the input.</summary>
    [Parameter]
    public SwitchParameter KeepOrder { get; set; }

    /// <summary>Keep the first so many that complete, and cancel the rest.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? First { get; set; }

    /// <summary>Cancel the rest at the first subflow that does not complete.</summary>
    [Parameter]
    public SwitchParameter StopOnFailure { get; set; }

    /// <summary>Stop the rest when more than this many subflows have not completed.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? MaxFailures { get; set; }

    /// <summary>Stop the rest when more than this part of all subflows, in percent, have not completed.</summary>
    [Parameter]
    [ValidateRange(0.0, 100.0)]
    public double? MaxFailurePercent { get; set; }

    /// <summary>Run the first few, then more: up to how many each wave goes, as numbers or parts of all ('10%'). A wave starts only when no more failed than may.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public WaveSize[] Wave { get; set; } = [];

    /// <summary>Run in the background and give a job.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _flow = Flow is null ? null : OrThrow(() => FlowReference.Resolve(Flow, Context));
        OrThrow(CheckInput);
        HistoryChoice.OpenAhead(Context, HistoryPath, NoHistory);
        if (Parallel && Isolation == FlowIsolation.Runspace)
        {
            Context.Pool.Prepare();
        }

        _factory = OrThrow(() => new RunFactory(this, Context, Parameters, Adjust, DependsOn, AllowFailure, History, SweepCrashed));
        if (FailureLimits.NeedTotal(Wave, MaxFailures, MaxFailurePercent))
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
        int count = _mapped?.Count ?? (HasInput ? _gathered?.Count ?? 0 : 1);
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

        _runner.Complete();
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _runner?.Stop(Context.PipelineStopped());

    /// <summary>The pipeline has ended, in whatever way: nothing of the cmdlet's goes on.</summary>
    public void Dispose()
    {
        _runner?.Dispose();
        TellStopped();
    }

    private ISubflowRunner CreateRunner(WavePlan? waves)
    {
        var options = new FanOutOptions
        {
            ThrottleLimit = Parallel ? ThrottleLimit ?? _factory!.Parent?.Flow.ThrottleLimit ?? Environment.ProcessorCount : 1,
            KeepOrder = KeepOrder,
            First = First,
            StopOnFailure = StopOnFailure,
            Waves = waves,
            Total = _mapped?.Count ?? _gathered?.Count,
        };
        string activity = _factory!.Parent is { } parent ? $"Subflows of {parent.FlowName}" : "Subflows";
        return SubflowRunners.Create(this, Context, options, Parallel, AsJob, activity, isFanOut: true);
    }

    /// <summary>Starts what a piped object asks for: the flow for it, or the flow that it is.</summary>
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
        (FlowRun run, RunFailure? failure) = OrThrow(() => _factory!.Create(flow, mapped, item, hasItem, _runner!));
        if (ShouldProcess(RunDescription.Of(flow.Name, item), "Start subflow"))
        {
            _runner!.Add(run, failure);
        }
    }

    /// <summary>What can be known to be wrong before anything runs.</summary>
    private bool CheckInput()
    {
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
