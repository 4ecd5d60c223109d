using System.Collections;
using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Engine.FanOuts;
using FlowModule.Engine.History;
using FlowModule.History;
using FlowModule.Lookup;
using FlowModule.Resuming;
using FlowModule.Scripts;
using FlowModule.Starting;

namespace FlowModule.Commands;

/// <summary>Base of the cmdlets that run runs from the history again.</summary>
public abstract class StoredRunCommand : HistoryCommand, IRefusalFailsScript, IDisposable
{
    private const string NameSet = "Name";
    private const string IdSet = "Id";
    private const string RunSet = "Run";

    private ISubflowRunner? _runner;

    private protected StoredRunCommand()
    {
    }

    /// <summary>Names of runs, ids, beginnings of ids, runs or states. If several runs have the same name, the newest is used.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = NameSet)]
    [ArgumentCompleter(typeof(StoredRunCompleter))]
    [ValidateNotNullOrEmpty]
    public object[] Name { get; set; } = [];

    /// <summary>Ids of runs, or at least their first 8 characters.</summary>
    [Parameter(Mandatory = true, ParameterSetName = IdSet)]
    [ArgumentCompleter(typeof(StoredRunCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Id { get; set; } = [];

    /// <summary>The run: from Get-FlowRun, a run, or a state.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = RunSet)]
    [ValidateNotNull]
    public object Run { get; set; } = null!;

    /// <summary>The flow: the object, its name, or a script block. Without it, the session's flow with that name, or else the script in the history.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FlowNameCompleter))]
    [ValidateNotNull]
    public object? Flow { get; set; }

    /// <summary>Values for parameters that the history did not keep because they were secret or too large.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary Parameters { get; set; } = new Hashtable(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether to run the script from the history even if this session lacks commands that it calls.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Whether to run in the background, on a worker, and return a job.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <summary>Which log lines are shown. The history has all of them.</summary>
    [Parameter]
    public FlowLogPreference LogLevel { get; set; }

    /// <summary>The history to search for named runs; null if there is none.</summary>
    private RunHistory? Where => HistoryPath is null && Histories.IsOff ? null : History;

    private protected RunResumer Resumer => field ??= new RunResumer(this, Context);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        switch (ParameterSetName)
        {
            case NameSet:
                Array.ForEach(Name, name => Handle(() => RunTarget.Of(name, Where)));
                break;
            case IdSet:
                Array.ForEach(Id, id => Handle(() => RunTarget.Of(id, Where, isId: true)));
                break;
            default:
                Handle(() => RunTarget.Of(Run, Where));
                break;
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
        GC.SuppressFinalize(this);
    }

    /// <exception cref="FlowException">It cannot be run again.</exception>
    private protected abstract void Handle(RunTarget target);

    private protected ISubflowRunner Runner(string flowName) =>
        _runner ??= SubflowRunners.Create(this, Context, new FanOutOptions { ThrottleLimit = 1 }, parallel: false, AsJob, $"Flow {flowName}");

    private protected RunResumer.Request Request() => new(Flow is null ? null : FlowReference.Resolve(Flow, Context), Parameters, Force);

    /// <summary>The current record of a target in the history.</summary>
    private protected FlowRunRecord RecordOf(RunTarget target)
    {
        FlowRunRecord record = RunResumer.Look(target.Record ?? throw LookingErrors.NotRecorded(target.Active!));

        // If it was found crashed just now, its hook is called before it continues.
        SweepCrashed(record.History);
        return record;
    }

    /// <summary>A run that cannot be run again does not prevent the others.</summary>
    private void Handle(Func<RunTarget> find)
    {
        try
        {
            Handle(find());
        }
        catch (FlowException exception)
        {
            WriteError(exception.ErrorRecord);
        }
    }
}
