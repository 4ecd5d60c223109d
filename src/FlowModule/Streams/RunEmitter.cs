using System.Management.Automation;
using FlowModule.Engine.FanOuts;
using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.History;
using FlowModule.Sessions;

namespace FlowModule.Streams;

/// <summary>Passes the output of runs to a writer, on the thread that may write there.</summary>
internal sealed class RunEmitter(IRunWriter writer, string activity, bool writesFailures = true)
{
    private readonly ProgressMap _progress = new(activity, TimeProvider.System, () => writer.WantsProgress);
    private readonly Lazy<ProgressLines?> _lines = new(() => writer.ProgressLines);

    private DebugTurns? _turns;

    /// <summary>The counts of the fan-out, if there is more than one run.</summary>
    internal FanOutCounts? Counts { set => _progress.Counts = value; }

    /// <summary>How often <see cref="Tick"/> must be called while nothing else happens; null if progress is not shown.</summary>
    internal TimeSpan? TickInterval => writer.WantsProgress ? ProgressMap.Between : _lines.Value is null ? null : TimeSpan.FromSeconds(1);

    /// <summary>Whether the runs belong to a fan-out, which is summarized at its end.</summary>
    internal bool IsFanOut { private get; init; } = true;

    /// <summary>The name of the fan-out in its summary; null if it has none.</summary>
    internal string? Title { private get; init; }

    /// <summary>Receives each final state, to judge the runs as a whole; null if nothing does.</summary>
    internal Action<FlowState>? Judge { private get; init; }

    internal void Emit(in RunOutput output)
    {
        using OutputSource.Scope about = OutputSource.About(output.Run);
        switch (output.Record)
        {
            case FlowState state:
                EndProgress(output.Run);
                Emit(state);
                break;
            case LogLine line:
                writer.Information(StreamRecords.Line(line));
                break;
            case ProgressRecord progress:
                foreach (ProgressRecord mapped in _progress.Map(output.Run, progress))
                {
                    writer.Progress(mapped);
                }

                break;
            case DebugStop stop:
                Ask(stop);
                break;
            case DebugEnd end:
                End(end);
                break;
            case { } record:
                Write(record);
                break;
            default:
                break;
        }
    }

    /// <summary>Writes a final state, and its error if it is not Completed, unless the writer handles failures itself.</summary>
    internal void Emit(FlowState state)
    {
        Keep(state.Run);
        Tick();
        Judge?.Invoke(state);
        writer.Output(state);
        if (writesFailures && state.IsFailure && state.Error is ErrorRecord error && !state.Run.IsSuspendedWithRoot)
        {
            writer.Error(RunErrors.Labelled(error, state.Run));
        }
    }

    /// <summary>Makes sure that the end of a run is in the history before its state is written.</summary>
    private void Keep(FlowRun run)
    {
        if (run.Recording is not { } recording)
        {
            return;
        }

        recording.Flush();
        if (recording.IsRequired && recording.IsLost)
        {
            writer.Error(HistoryErrors.Lost(run, recording.History));
        }

        if (recording.History.TakeWarning() is { } warning)
        {
            writer.Warning(new WarningRecord(warning));
        }
    }

    private void Write(object record)
    {
        switch (record)
        {
            case ErrorRecord error:
                writer.Error(error);
                break;
            case WarningRecord warning:
                writer.Warning(warning);
                break;
            case VerboseRecord verbose:
                writer.Verbose(verbose);
                break;
            case DebugRecord debug:
                writer.Debug(debug);
                break;
            case InformationRecord information:
                writer.Information(information);
                break;
            default:
                break;
        }
    }

    /// <summary>Registers a run before it starts.</summary>
    internal void Expect(FlowRun run) => _progress.Example ??= run;

    /// <summary>Shows the progress, if an update is due.</summary>
    internal void Tick()
    {
        if (_progress.Bar() is { } bar)
        {
            writer.Progress(bar);
        }

        if (_progress.Counts is { } counts && counts.Elapsed >= ProgressLines.Between && _lines.Value?.Next(activity, counts) is { } line)
        {
            writer.Information(StreamRecords.Line(line));
        }
    }

    internal void EndAll()
    {
        foreach (ProgressRecord record in _progress.EndAll())
        {
            writer.Progress(record);
        }
    }

    /// <summary>Writes the summary, after all runs have ended.</summary>
    internal void Summarize(FlowLogPreference log)
    {
        if (log != FlowLogPreference.None && IsFanOut && _progress is { Counts: { } counts, Example: { } run }
            && FanOutSummary.Of(counts, run.Kind, DateTimeOffset.Now, Title) is { } line && line.IsShown(log))
        {
            writer.Information(StreamRecords.Line(line));
        }
    }

    /// <summary>Lets the user debug a body. While this thread waits for commands, the output of other runs waits too.</summary>
    private void Ask(DebugStop stop)
    {
        if (RunspaceContext.Current?.Forward is { } forward)
        {
            forward(stop);
        }
        else if (writer.Host is { } host)
        {
            EndAll();
            if (_progress.Counts is null)
            {
                // The ends of these runs do not come here, so no other body can wait for them.
                stop.Ask(host);
            }
            else
            {
                (_turns ??= new DebugTurns()).Take(stop, host);
            }
        }
        else
        {
            stop.Refuse("it is a job, in which nobody can be asked");
        }
    }

    private void End(DebugEnd end)
    {
        if (RunspaceContext.Current?.Forward is { } forward)
        {
            forward(end);
        }
        else if (writer.Host is { } host)
        {
            _turns?.Ended(end.Run, host);
        }
    }

    private void EndProgress(FlowRun run)
    {
        foreach (ProgressRecord record in _progress.End(run))
        {
            writer.Progress(record);
        }
    }
}
