using System.Collections;
using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Engine.FanOuts;
using FlowModule.History;
using FlowModule.Jobs;
using FlowModule.Parameters;
using FlowModule.Runners;
using FlowModule.Scripts;
using FlowModule.Sessions;
using FlowModule.Starting;
using FlowModule.Streams;

namespace FlowModule.Commands;

/// <summary>Runs a flow in this session and returns its final state.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "Flow", SupportsShouldProcess = true)]
[OutputType(typeof(FlowState), typeof(Job), typeof(FlowPlan))]
public sealed class InvokeFlowCommand : FlowCommand, IRefusalFailsScript, IDynamicParameters, IDisposable
{
    private ISubflowRunner? _runner;
    private RunConsent _consent = null!;
    private RuntimeDefinedParameterDictionary? _flowParameters;

    /// <summary>The flow: the object, its name, or a script block.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(FlowNameCompleter))]
    [ValidateNotNull]
    public object Flow { get; set; } = null!;

    /// <summary>Values for the flow's parameters, by name. They can also be given as parameters of this cmdlet.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary Parameters { get; set; } = new Hashtable(StringComparer.OrdinalIgnoreCase);

    /// <summary>How long the run may take, in seconds. Overrides the timeout of the flow.</summary>
    [Parameter]
    [ValidateRange(0.001, 4_000_000)]
    [Duration(inSeconds: true)]
    public double? TimeoutSeconds { get; set; }

    /// <summary>A key. The flow has only one run with it: if that run exists, its state is returned, and nothing runs.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? IdempotencyKey { get; set; }

    /// <summary>Whether to run in the background, on a worker, and return a job.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <summary>The file to record the run in, or its folder, instead of the default history.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FlowHistoryCompleter))]
    public string? HistoryPath { get; set; }

    /// <summary>Whether to record nothing.</summary>
    [Parameter]
    public SwitchParameter NoHistory { get; set; }

    /// <summary>Whether to run nothing if it cannot be recorded.</summary>
    [Parameter]
    public SwitchParameter RequireHistory { get; set; }

    /// <summary>Which of the lines about runs come to the screen. The history has all of them.</summary>
    [Parameter]
    public FlowLogPreference LogLevel { get; set; }

    /// <summary>The parameters of the flow's own param block, as parameters of this cmdlet.</summary>
    public object? GetDynamicParameters() =>
        _flowParameters = DynamicParameters();

    private RuntimeDefinedParameterDictionary? DynamicParameters()
    {
        try
        {
            return Flow is null ? null : FlowDynamicParameters.For(FlowReference.Resolve(Flow, RunspaceContext.Current), typeof(InvokeFlowCommand), Parameters);
        }
        catch (FlowException)
        {
            // The cmdlet reports the missing flow when it runs.
            return null;
        }
    }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _consent = new RunConsent(this);

        // If the name of a flow is unknown, nothing must be recorded.
        if (!_consent.OnlyPlans && (Flow is PSObject wrapped ? wrapped.BaseObject : Flow) is ScriptBlock or FlowModule.Flow)
        {
            HistoryChoice.OpenAhead(Context, HistoryPath, NoHistory);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        Flow flow = OrThrow(() => FlowReference.Resolve(Flow, Context));
        OrThrow(() => FlowDynamicParameters.RequireUnambiguous(flow, this));
        RunFactory factory = OrThrow(() => new RunFactory(
            this,
            Context,
            FlowDynamicParameters.Merge(Parameters, _flowParameters),
            policy => TimeoutSeconds is null ? policy : policy with { TimeoutSeconds = TimeoutSeconds },
            history: HistoryChoice.Of(this, HistoryPath, NoHistory, RequireHistory),
            opened: _consent.OnlyPlans ? null : SweepCrashed) { OnlyPlans = _consent.OnlyPlans });
        _runner ??= SubflowRunners.Create(this, Context, new FanOutOptions { ThrottleLimit = 1 }, parallel: false, AsJob, $"Flow {flow.Name}");
        FlowRun run = OrThrow(() => factory.CreateOrThrow(flow, mapped: null, item: null, hasItem: false, _runner));
        if (_runner is PlanRunner plan)
        {
            plan.Add(run, IdempotencyKey is { } planned ? OrThrow(() => RunKeyClaims.NameOfOwner(run, planned)) : null);
        }
        else if (ShouldProcess(flow.Name, "Invoke flow"))
        {
            if (IdempotencyKey is { } key && OrThrow(() => RunKeyClaims.Claim(run, key)) is { } state)
            {
                Give(state);
            }
            else
            {
                _runner.Add(run, failure: null);
            }
        }
    }

    /// <summary>Returns the state of the run that already has the key.</summary>
    private void Give(FlowState state)
    {
        if (_runner is JobRunner job)
        {
            job.Give(state);
        }
        else
        {
            new RunEmitter(new CmdletWriter(this), $"Flow {state.Run.FlowName}").Emit(state);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing() => _runner?.Complete();

    /// <inheritdoc/>
    protected override void StopProcessing() => _runner?.Stop(Context.PipelineStopped());

    /// <summary>The pipeline has ended. Nothing of the cmdlet continues, except a returned job.</summary>
    public void Dispose()
    {
        _runner?.Dispose();
        TellStopped();
    }
}
