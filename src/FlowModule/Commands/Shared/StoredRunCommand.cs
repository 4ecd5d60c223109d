using System.Collections;
using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Engine.FanOuts;
using FlowModule.Engine.History;
using FlowModule.History;
using FlowModule.Resuming;
using FlowModule.Starting;

namespace FlowModule.Commands;

/// <summary>What the cmdlets have in common that run runs of the history again.</summary>
public abstract class StoredRunCommand : HistoryCommand, IDisposable
{
    private const string NameSet = "Name";
    private const string IdSet = "Id";
    private const string RunSet = "Run";

    private ISubflowRunner? _runner;

    /// <summary>Names of runs, ids, beginnings of ids, runs or states. Of several runs of a name the newest is meant.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = NameSet)]
    [ArgumentCompleter(typeof(StoredRunCompleter))]
    [ValidateNotNullOrEmpty]
    public object[] Name { get; set; } = [];

    /// <summary>Ids of runs, or their first 8 or more characters.</summary>
    [Parameter(Mandatory = true, ParameterSetName = IdSet)]
    [ArgumentCompleter(typeof(StoredRunCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Id { get; set; } = [];

    /// <summary>The run: what Get-FlowRun gives, a run, or a state.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = RunSet)]
    [ValidateNotNull]
    public object Run { get; set; } = null!;

    /// <summary>The flow: the object, its name, or a script block. Without it, the session's flow of that name, else the script that the history has.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FlowNameCompleter))]
    [ValidateNotNull]
    public object? Flow { get; set; }

    /// <summary>Values for parameters that the history does not have, because they were secret or too large.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary Parameters { get; set; } = new Hashtable(StringComparer.OrdinalIgnoreCase);

    /// <summary>Run the script that the history has though this session lacks commands that it calls.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Run in the background, on a worker, and give a job.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <summary>Where runs are looked for that are named; null when that is nowhere.</summary>
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

    /// <summary>The pipeline has ended, in whatever way: nothing of the cmdlet's goes on, but for a job that was given.</summary>
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

    /// <summary>What the history has of a target now.</summary>
    private protected FlowRunRecord RecordOf(RunTarget target)
    {
        FlowRunRecord record = RunResumer.Look(target.Record ?? throw LookingErrors.NotRecorded(target.Active!));

        // If it was found to have crashed just now, its hook is called before it goes on.
        SweepCrashed(record.History);
        return record;
    }

    /// <summary>One that cannot be run again does not keep the others from it.</summary>
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
