using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Texts;

namespace FlowModule.Engine.History;

/// <summary>A run from the history as the columns of the table of states, as text.</summary>
internal static class RunText
{
    /// <summary>One part of the run, as the views show it.</summary>
    internal static string Of(FlowRunRecord run, string format, IFormatProvider? provider) => format switch
    {
        "run" => StateText.Run(run.Name, InputOf(run), run.State.Message, RunName.TaskOf(run.Kind, run.FlowName)),
        "duration" => DurationText.Of(run.Duration, provider),
        "G" => run.ToString(),
        _ => throw new FormatException($"A run has no format '{format}'."),
    };

    /// <summary>What a run of the history was started for, in a few words; null where nothing can be read.</summary>
    internal static string? InputOf(FlowRunRecord run)
    {
        try
        {
            return run.History.Values.DescribeInput(run);
        }
        catch (Exception exception) when (exception is HistoryException or FormatException)
        {
            // A table shows what can be read; reading the input itself reports the error.
            return null;
        }
    }
}
