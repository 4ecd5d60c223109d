using System.Text.RegularExpressions;

namespace FlowModule.Engine.History;

/// <summary>
/// The columns of the table that states are shown in, as texts. The view asks for them by format strings: scripts of its own, each with
/// members to find and expressions to compile, cost the first state of a process forty milliseconds.
/// </summary>
internal static partial class StateText
{
    // As the view's header has it.
    private const int NameWidth = 20;

    private const string Green = "\u001b[32m";
    private const string Yellow = "\u001b[33m";
    private const string Red = "\u001b[31m";
    private const string Reset = "\u001b[0m";

    internal static string Of(FlowState state, string format, IFormatProvider? provider) => format switch
    {
        "flow" => state.Run.FlowName,
        "run" => Run(state.Run.Name, state.Message, state.IsFailure, () => state.Run.Flow.DescribeInput(state.Run)),
        "state" => Coloured(state),
        "duration" => Duration(state.Run.Duration, provider),
        "G" => state.ToString(),
        _ => throw new FormatException($"A state has no format '{format}'."),
    };

    /// <summary>The same of a run of the history.</summary>
    internal static string Of(FlowRunRecord run, string format) => format switch
    {
        "run" => Run(run.Name, run.State.Message, FlowState.IsFinalType(run.State.Type) && run.State.Type != StateType.Completed, () => Input(run)),
        "G" => run.ToString(),
        _ => throw new FormatException($"A run has no format '{format}'."),
    };

    /// <summary>
    /// A run's name, and its message: in one column, so that neither is cut where there is room for both. Of one that failed it says too
    /// for what it was started, where its name does not.
    /// </summary>
    private static string Run(string name, string? message, bool isFailure, Func<string?> input)
    {
        string? what = isFailure && input() is { } text && !name.Contains(text, StringComparison.OrdinalIgnoreCase) ? text : null;
        string? line = message is null ? null : Line(message);
        return what is null && line is null ? name : $"{name,-NameWidth} {what}{(what is null || line is null ? null : ": ")}{line}";
    }

    private static string? Input(FlowRunRecord run)
    {
        try
        {
            return run.History.Values.DescribeInput(run);
        }
        catch (Exception exception) when (exception is HistoryException or FormatException)
        {
            // A table shows what can be read; who asks for the input itself is told why it cannot be.
            return null;
        }
    }

    private static string Coloured(FlowState state)
    {
        string colour = state.IsCompleted ? Green : state.Type == StateType.Cancelled ? Yellow : state.IsFailure ? Red : string.Empty;
        return colour.Length == 0 ? state.Name : colour + state.Name + Reset;
    }

    private static string Duration(TimeSpan time, IFormatProvider? provider) => time switch
    {
        { Days: not 0 } => string.Format(provider, "{0}d {1:hh\\:mm}", time.Days, time),
        { TotalMinutes: >= 1 } => time.ToString("hh\\:mm\\:ss", provider),
        _ => string.Format(provider, "{0:0.000} s", time.TotalSeconds),
    };

    /// <summary>A message in one line, without what the state's name says already.</summary>
    private static string Line(string message) => Blanks().Replace(Beginning().Replace(message, string.Empty), " ");

    [GeneratedRegex(@"^(?:Flow|Task) run encountered an exception\. ", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Beginning();

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blanks();
}
