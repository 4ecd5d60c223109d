using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Commands;

/// <summary>Returns the log of runs: what they and the runs inside them wrote, and their states.</summary>
[Cmdlet(VerbsCommon.Get, "FlowLog", DefaultParameterSetName = NameSet)]
[OutputType(typeof(FlowLogRecord))]
public sealed class GetFlowLogCommand : ChosenRunsCommand, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<FlowRunRecord> _followed = [];

    /// <summary>Only lines of this level and above.</summary>
    [Parameter]
    public FlowLogLevel Level { get; set; } = FlowLogLevel.Debug;

    /// <summary>The number of lines to return from the end of each log.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int? Tail { get; set; }

    /// <summary>Only lines that were written since then: a time, or an age.</summary>
    [Parameter]
    [TimeAgo]
    public DateTimeOffset? Since { get; set; }

    /// <summary>Only the lines of the run itself, without those of the runs inside it.</summary>
    [Parameter]
    public SwitchParameter NoTree { get; set; }

    /// <summary>Whether to continue with new lines until the runs end.</summary>
    [Parameter]
    public SwitchParameter Follow { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        // Found newest first, but read oldest first.
        foreach (FlowRunRecord run in ChooseRuns().Reverse())
        {
            if (Follow)
            {
                _followed.Add(run);
            }
            else
            {
                WriteEach(run.History.Lines(QueryFor(run)));
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_followed.Count == 0)
        {
            return;
        }

        using var wait = new ChangeWait(_followed.Select(run => run.History));
        List<FollowedRun> runs = _followed.ConvertAll(run => new FollowedRun(run, QueryFor(run)));
        do
        {
            runs.ForEach(run => WriteObject(Ask(run.Look), enumerateCollection: true));
            runs.RemoveAll(run => run.IsOver);
        }
        while (runs.Count > 0 && Ask(() => wait.Next(_stop.Token)));
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stop.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private LogQuery QueryFor(FlowRunRecord run) => new(run.Id) { Tree = !NoTree, Level = Level, Tail = Tail, Since = Since };
}
