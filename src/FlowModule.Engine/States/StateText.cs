using FlowModule.Engine.Runs;
using FlowModule.Engine.Texts;

namespace FlowModule.Engine.States;

/// <summary>
/// The columns of the table of states, as text. The view requests them by format strings, because script properties in the view, with
/// members to find and expressions to compile, made the first state of a process forty milliseconds slower.
/// </summary>
internal static class StateText
{
    // The column widths in the view's header.
    private const int NameWidth = 18;
    private const int InputWidth = 8;

    private const string Green = "\u001b[32m";
    private const string Yellow = "\u001b[33m";
    private const string Red = "\u001b[31m";
    private const string Reset = "\u001b[0m";

    internal static string Of(FlowState state, string format, IFormatProvider? provider) => format switch
    {
        "flow" => state.Run.FlowName,
        "run" => Run(state.Run.Name, state.Run.Flow.DescribeInput(state.Run), state.Message, RunName.TaskOf(state.Run.Kind, state.Run.FlowName)),
        "state" => Coloured(state),
        "duration" => DurationText.Of(state.Run.Duration, provider),
        "G" => state.ToString(),
        _ => throw new FormatException($"A state has no format '{format}'."),
    };

    /// <summary>
    /// The name of a run, its input if the name does not show it, and its message. They are columns of the table, but one value: a column of its own would be
    /// truncated at its width, however much space the other columns leave.
    /// </summary>
    internal static string Run(string name, string? input, string? message, string? task)
    {
        string? what = input is null || RunName.Shows(name, input, task) ? null : input;
        return $"{name,-NameWidth} {what,-InputWidth} {(message is null ? null : StateReason.Line(message))}".TrimEnd();
    }

    private static string Coloured(FlowState state)
    {
        string colour = state.IsCompleted ? Green : state.Type == StateType.Cancelled ? Yellow : state.IsFailure ? Red : string.Empty;
        return colour.Length == 0 ? state.Name : colour + state.Name + Reset;
    }
}
