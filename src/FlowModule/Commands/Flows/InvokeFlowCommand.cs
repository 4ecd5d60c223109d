using System.Collections;
using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Engine.FanOuts;
using FlowModule.History;
using FlowModule.Jobs;
using FlowModule.Parameters;
using FlowModule.Sessions;
using FlowModule.Starting;
using FlowModule.Streams;

namespace FlowModule.Commands;

/// <summary>Runs a flow in this session and gives its final state.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "Flow", SupportsShouldProcess = true)]
[OutputType(typeof(FlowState), typeof(Job))]
public sealed class InvokeFlowCommand : FlowCommand, IDynamicParameters, IDisposable
{
    private ISubflowRunner? _runner;
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

    /// <summary>How long the run may take, in seconds; instead of the flow's own.</summary>
    [Parameter]
    [ValidateRange(0.001, 4_000_000)]
    [TimeLength(inSeconds: true)]
    public double? TimeoutSeconds { get; set; }

    /// <summary>A key of which the flow has one run only: if there is one, its state is given, and nothing is run.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? IdempotencyKey { get; set; }

    /// <summary>Run in the background, on a worker, and give a job.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <summary>The file to record the run in, or a folder, instead of the usual one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HistoryPath { get; set; }

    /// <summary>Record nothing.</summary>
    [Parameter]
    public SwitchParameter NoHistory { get; set; }

    /// <summary>Run nothing when it cannot be recorded.</summary>
    [Parameter]
    public SwitchParameter RequireHistory { get; set; }

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
            // Once it runs, the cmdlet itself says that there is no such flow.
            return null;
        }
    }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        // There may be no flow of a name, and then nothing is recorded.
        if ((Flow is PSObject wrapped ? wrapped.BaseObject : Flow) is ScriptBlock or FlowModule.Flow)
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
            opened: SweepCrashed));
        _runner ??= SubflowRunners.Create(this, Context, new FanOutOptions { ThrottleLimit = 1 }, parallel: false, AsJob, $"Flow {flow.Name}");
        FlowRun run = OrThrow(() => factory.CreateOrThrow(flow, mapped: null, item: null, hasItem: false, _runner));
        if (ShouldProcess(flow.Name, "Invoke flow"))
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

    /// <summary>Gives the state of a run that has the key already.</summary>
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

    /// <summary>The pipeline has ended, in whatever way: nothing of the cmdlet's goes on, but for a job that was given.</summary>
    public void Dispose()
    {
        _runner?.Dispose();
        TellStopped();
    }
}
