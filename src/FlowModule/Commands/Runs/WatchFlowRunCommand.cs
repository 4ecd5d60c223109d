using System.Diagnostics;
using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Lookup;
using FlowModule.Lookup.Watching;
using FlowModule.Stopping;
using FlowModule.Streams;

namespace FlowModule.Commands;

/// <summary>Shows what runs are doing, in any process, until they end; then returns them. At a terminal, as a tree with keys; otherwise as lines.</summary>
[Cmdlet(VerbsCommon.Watch, "FlowRun", DefaultParameterSetName = NameSet)]
[OutputType(typeof(FlowRunRecord))]
public sealed class WatchFlowRunCommand : ChosenRunsCommand, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<FlowRunRecord> _chosen = [];

    /// <summary>The lowest level of the log lines that are shown.</summary>
    [Parameter]
    public FlowLogLevel Level { get; set; } = FlowLogLevel.Information;

    /// <summary>Whether to show lines at a terminal too, and no tree.</summary>
    [Parameter]
    public SwitchParameter AsLines { get; set; }

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
        if (!AsLines && WatchTerminal.TryOpen(Host) is { } terminal)
        {
            ShowTree(terminal, wait, IsTimeUp);
            return;
        }

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

    /// <summary>Shows a tree, and returns the runs afterwards, when the terminal shows the output of commands again.</summary>
    private void ShowTree(WatchTerminal terminal, ChangeWait wait, Func<bool> isTimeUp)
    {
        var runs = new WatchedRuns(_chosen, Level);
        var screen = new WatchScreen(Host.UI.RawUI.LengthInBufferCells, hasColours: string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")));
        var loop = new WatchLoop(terminal, screen, runs, Stop);
        using (terminal)
        {
            Ask(() =>
            {
                loop.Run(
                    isDone =>
                    {
                        wait.Next(_stop.Token, isDone);
                        return !_stop.IsCancellationRequested;
                    },
                    isTimeUp);
                return true;
            });
        }

        if (_stop.IsCancellationRequested)
        {
            return;
        }

        foreach (FlowRunRecord run in runs.Runs)
        {
            if (run.IsOver || loop.HasLeft)
            {
                WriteObject(run);
            }
            else
            {
                WriteError(LookingErrors.NotOver(run, TimeoutSeconds!.Value).ErrorRecord);
            }
        }
    }

    /// <summary>Tells a run to stop. Returns why not, or null.</summary>
    private static string? Stop(FlowRunRecord run)
    {
        string? why = null;
        foreach (StoppedRun found in new RunsToStop(run.History, exception => why = exception.Message).Find(run))
        {
            found.Stop("Stopped in Watch-FlowRun.");
        }

        return why;
    }

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
