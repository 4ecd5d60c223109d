using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;
using FlowModule.History;

namespace FlowModule.Lookup;

/// <summary>Errors of commands that read a history or find runs in it.</summary>
internal static class LookingErrors
{
    internal static FlowException Off() => new(
        $"The history is off: the environment variable {Histories.ModeVariable} says so. -HistoryPath names one to look at.",
        "FlowHistoryOff", ErrorCategory.ResourceUnavailable, Histories.ModeVariable);

    internal static FlowException NoSuchFile(string path) => new(
        $"There is no history '{path}'.", "FlowHistoryNotFound", ErrorCategory.ObjectNotFound, path);

    internal static FlowException RunNotFound(string what, RunHistory history) => new(
        $"No run '{what}' is in the history '{history.Location}'. Get-FlowRun lists the newest flow runs.",
        "FlowRunNotFound", ErrorCategory.ObjectNotFound, what);

    internal static FlowException NotRecorded(FlowRun run) => new(
        $"{run.KindName} '{run.Name}' is in no history: it was run without one.", "FlowRunNotFound", ErrorCategory.ObjectNotFound, run);

    internal static FlowException NotFailed(FlowRunRecord run) => new(
        $"Run '{run.Name}' of '{run.FlowName}' has not failed, nor has a run inside it: it is {run.State.Name}.", "FlowRunNotFailed", ErrorCategory.InvalidArgument, run);

    internal static FlowException NotOver(FlowRunRecord run, double seconds) => new(
        $"Run '{run.Name}' of '{run.FlowName}' is not over after {seconds.ToString(System.Globalization.CultureInfo.InvariantCulture)} seconds of watching: it is {run.State.Name}.",
        "FlowWatchTimedOut", ErrorCategory.OperationTimeout, run);

    internal static FlowException NotOverYet(FlowRunRecord run) => new(
        $"Run '{run.Name}' of '{run.FlowName}' is not removed: {(run.IsOver ? "a run inside of it is not over" : $"it is not over, but {run.State.Name}")}. Stop-FlowRun ends runs.",
        "FlowRunNotOver", ErrorCategory.InvalidOperation, run);

    internal static FlowException RunExpected(object? value) => FlowException.InvalidParameter(
        "A run is named by what Get-FlowRun gives, by a run or a state of this session, by its id, or by its name.", "FlowRunExpected", value);

    internal static FlowException IdExpected(string text) => FlowException.InvalidParameter(
        $"'{text}' is not the id of a run: -Id takes whole ids, and the first {RunIdRange.FewestDigits} or more characters of one. Names of runs go without -Id.", "FlowRunIdExpected", text);

    internal static FlowException Ambiguous(string text, IReadOnlyList<RunReference.FoundRun> found, bool hasMore) => FlowException.InvalidParameter(
        $"'{text}' is the beginning of more than one run's id: {string.Join(", ", found)}{(hasMore ? " and more" : null)}. Give more of the id, or the name of the run.", "FlowRunAmbiguous", text);
}
