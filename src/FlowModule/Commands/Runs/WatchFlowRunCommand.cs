using System.Diagnostics;
using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Lookup;
using FlowModule.Streams;

namespace FlowModule.Commands;

/// <summary>Shows what runs are doing, in any process, until they end; then returns them.</summary>
[Cmdlet(VerbsCommon.Watch, "FlowRun", DefaultParameterSetName = NameSet)]
[OutputType(typeof(FlowRunRecord))]
public sealed class WatchFlowRunCommand : ChosenRunsCommand, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<FlowRunRecord> _chosen = [];

    /// <summary>The lowest level of the log lines that are shown.</summary>
    [Parameter]
    public FlowLogLevel Level { get; set; } = FlowLogLevel.Information;

    /// <summary>How long to watch, in seconds. The runs continue.</summary>
    [Parameter]
    [ValidateRange(0.0, 4_000_000)]
    [Duration(inSeconds: true)]
    public double? TimeoutSeconds { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => _chosen.AddRange(ChooseRuns());

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_chosen.Count == 0)
        {
            return;
        }

        long begin = Stopwatch.GetTimestamp();
        bool IsTimeUp() => TimeoutSeconds is { } seconds && Stopwatch.GetElapsedTime(begin).TotalSeconds >= seconds;

        using var wait = new ChangeWait(_chosen.Select(run => run.History));
        List<RunProgress> runs = _chosen.ConvertAll(run => new RunProgress(new FollowedRun(run, new LogQuery(run.Id) { Level = Level })));
        do
        {
            runs.ForEach(Show);
            runs.RemoveAll(run => run.Followed.IsOver);
        }
        while (runs.Count > 0 && Ask(() => wait.Next(_stop.Token, IsTimeUp)));

        if (!_stop.IsCancellationRequested)
        {
            runs.ForEach(run =>
            {
                WriteProgress(run.Completed());
                WriteError(LookingErrors.NotOver(run.Followed.Run, TimeoutSeconds!.Value).ErrorRecord);
            });
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stop.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private void Show(RunProgress run)
    {
        foreach (FlowLogRecord line in Ask(run.Followed.Look))
        {
            WriteInformation(StreamRecords.Line(line.ToString(), isLog: true, foreground: ColourOf(line.Level)));
        }

        if (run.Followed.IsOver)
        {
            WriteProgress(run.Completed());
            WriteObject(run.Followed.Run);
        }
        else
        {
            WriteProgress(Ask(run.Now));
        }
    }

    private static ConsoleColor? ColourOf(FlowLogLevel level) => level switch
    {
        FlowLogLevel.Error => ConsoleColor.Red,
        FlowLogLevel.Warning => ConsoleColor.Yellow,
        FlowLogLevel.Information => null,
        _ => ConsoleColor.DarkGray,
    };
}
