using System.Text.RegularExpressions;

namespace FlowModule.Engine.History;

/// <summary>
/// The columns of the table of states, as text. The view requests them by format strings, because script properties in the view, with
/// members to find and expressions to compile, made the first state of a process forty milliseconds slower.
/// </summary>
internal static partial class StateText
{
    // The column width in the view's header.
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

    /// <summary>The same for a run from the history.</summary>
    internal static string Of(FlowRunRecord run, string format) => format switch
    {
        "run" => Run(run.Name, run.State.Message, FlowState.IsFinalType(run.State.Type) && run.State.Type != StateType.Completed, () => Input(run)),
        "G" => run.ToString(),
        _ => throw new FormatException($"A run has no format '{format}'."),
    };

    /// <summary>
    /// The name and the message of a run in one column, so that neither is truncated if there is space for both. For a failed run, it includes
    /// the input if the name does not show it.
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
            // A table shows what can be read; reading the input itself reports the error.
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

    /// <summary>A message on one line, without the part that repeats the state's name.</summary>
    private static string Line(string message) => Blanks().Replace(Beginning().Replace(message, string.Empty), " ");

    [GeneratedRegex(@"^(?:Flow|Task) run encountered an exception\. ", RegexOptions.IgnoreCase, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Beginning();

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blanks();
}
