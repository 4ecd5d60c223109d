using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage;
using FlowModule.History;
using FlowModule.Sessions;
using FlowModule.Stopping;

namespace FlowModule.Commands;

/// <summary>Cancels runs, of this process or of another, together with everything that they have started.</summary>
[Cmdlet(VerbsLifecycle.Stop, "FlowRun", DefaultParameterSetName = NameSet, SupportsShouldProcess = true)]
[OutputType(typeof(FlowRun), typeof(FlowRunRecord))]
public sealed class StopFlowRunCommand : FlowCommand, IDisposable
{
    private const string NameSet = "Name";
    private const string IdSet = "Id";
    private const string RunSet = "InputObject";
    private const string Reason = "Stopped by Stop-FlowRun.";

    private readonly List<StoppedRun> _told = [];
    private RunsToStop? _runs;
    private StopWait? _wait;

    /// <summary>Names of runs, with or without wildcards; or ids, beginnings of ids, runs and states.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = NameSet)]
    [ArgumentCompleter(typeof(FlowRunNameCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public object[] Name { get; set; } = [];

    /// <summary>Ids of runs, or at least their first 8 characters.</summary>
    [Parameter(Mandatory = true, ParameterSetName = IdSet)]
    [ArgumentCompleter(typeof(FlowRunNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Id { get; set; } = [];

    /// <summary>The runs, their states, or the output of Get-FlowRun.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = RunSet)]
    [ValidateNotNull]
    public object[] InputObject { get; set; } = [];

    /// <summary>Whether to wait until the runs have ended.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Whether to wait, and to end the process of a run that has not ended after -GraceSeconds.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>How long -Force waits for a run to end, in seconds.</summary>
    [Parameter]
    [ValidateRange(0.0, 4_000_000)]
    [Duration(inSeconds: true)]
    public double GraceSeconds { get; set; } = 30;

    /// <summary>The file of the history to search for runs of other processes, or its folder, instead of the default history.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FlowHistoryCompleter))]
    public string? HistoryPath { get; set; }

    /// <summary>Whether to return the runs that were told to stop.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (!Force && MyInvocation.BoundParameters.ContainsKey(nameof(GraceSeconds)))
        {
            ThrowTerminatingError(FlowException.InvalidParameter(
                "-GraceSeconds needs -Force: without it, there is no time limit.", "FlowGraceWithoutForce", GraceSeconds).ErrorRecord);
        }

        _wait = new StopWait(this, Context);
        RunHistory? history = FindHistory();
        _runs = new RunsToStop(history, Report);
        if (history is not null)
        {
            RecordMembers.Add();
            CrashHooks.Sweep(this, history, isUrgent: true);
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (StoppedRun run in OrThrow(Find))
        {
            if (ShouldProcess(run.ToString(), "Stop flow run"))
            {
                OrThrow(() => Ask(() => run.Stop(Reason)));
                _told.Add(run);
                if (PassThru && !Wait && !Force)
                {
                    WriteObject(run.Output);
                }
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (!Wait && !Force)
        {
            return;
        }

        OrThrow(() => Ask(() => _wait!.Until(_told, Force ? GraceSeconds : null)));
        var forced = new ForcedStop(this, Report, GraceSeconds);
        foreach (StoppedRun run in _told)
        {
            OrThrow(() => Ask(() =>
            {
                run.LookAgain();
                if (Force && !run.IsOver)
                {
                    forced.End(run);
                }
            }));
            if (PassThru)
            {
                WriteObject(run.Output);
            }
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _wait?.Stop();

    /// <summary>The pipeline has ended.</summary>
    public void Dispose() => _wait?.Dispose();

    private List<StoppedRun> Find()
    {
        List<StoppedRun> found = [];
        Ask(() =>
        {
            found.AddRange(Name.Concat(InputObject).SelectMany(run => _runs!.Find(run)));
            found.AddRange(Id.SelectMany(id => _runs!.Find(id, isId: true)));
        });
        return found;
    }

    private void Report(FlowException exception) => WriteError(exception.ErrorRecord);

    /// <summary>The history, if it exists: looking for a run must not create it.</summary>
    private RunHistory? FindHistory()
    {
        RunHistory? history = HistoryPath is { } path ? Histories.At(OrThrow(() => HistoryChoice.FileOf(this, path))) : Histories.Default;
        return history is { Exists: true } ? history : null;
    }

    private static bool Ask(Action ask)
    {
        try
        {
            ask();
            return true;
        }
        catch (HistoryException exception)
        {
            throw HistoryErrors.Unusable(exception);
        }
    }
}
