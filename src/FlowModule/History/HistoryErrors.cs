using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage;

namespace FlowModule.History;

/// <summary>Errors of the history that records runs.</summary>
internal static class HistoryErrors
{
    private const string Elsewhere = "FlowHistoryElsewhere";

    /// <summary>A run that requires its history lost it while it ran.</summary>
    internal static ErrorRecord Lost(FlowRun run, RunHistory history) => new(
        new FlowRunException($"{run.KindName} '{run.Name}' has run, but it is not completely recorded, and its history is required. {history.Trouble?.Message}".TrimEnd(), run),
        "FlowHistoryLost", ErrorCategory.WriteError, history.Location);

    internal static FlowException InvalidMode(string mode) => FlowException.InvalidParameter(
        $"The environment variable {Histories.ModeVariable} is '{mode}'. It can be 'on', 'off' or 'required'. Nothing was run.", "FlowHistoryInvalid", mode, isAboutTheFlow: true);

    internal static FlowException Contradiction(string others) => FlowException.InvalidParameter(
        $"-NoHistory cannot be combined with {others}. Nothing was run.", "FlowHistoryContradiction", target: null, isAboutTheFlow: true);

    internal static FlowException InsideRun(FlowRun run, string asked) => new(
        $"{asked} cannot be given inside of {run.KindName.ToLowerInvariant()} '{run.Name}': child runs are recorded in the history of their parent run.",
        "FlowHistoryInsideRun", ErrorCategory.InvalidOperation, run) { IsAboutTheFlow = true };

    internal static FlowException Unavailable(string why, RunHistory? history, Exception? inner = null) => new(
        $"{why} Nothing was run, because its history is required.", "FlowHistoryUnavailable", ErrorCategory.ResourceUnavailable, history?.Location, inner) { IsAboutTheFlow = true };

    /// <summary>The history cannot be read or changed.</summary>
    internal static FlowException Unusable(HistoryException exception, RunHistory? history = null) => new(
        exception.Message, IdOf(exception.Kind), ErrorCategory.ResourceUnavailable, history?.Location, exception) { IsAboutTheFlow = true };

    internal static FlowException SameHistory(string place) => FlowException.InvalidParameter(
        $"The history '{place}' cannot be copied to itself: -Destination must name another one.", "FlowHistorySame", place);

    /// <summary>Sees that runs of a history can share something with runs of other processes.</summary>
    /// <param name="history">The history, or null: then they share it within their process.</param>
    /// <param name="what">What they share.</param>
    /// <exception cref="FlowException">The history is on another machine. To share it within this process would not be the same.</exception>
    internal static void RequireShared(RunHistory? history, string what)
    {
        if (history is { IsElsewhere: true })
        {
            throw new FlowException(
                $"{what} cannot be used here: the body runs on another machine than the flow that started it, which has the history. Set it on the subflow itself, or use it in the flow that starts it.",
                Elsewhere, ErrorCategory.ResourceUnavailable, history.Location) { IsAboutTheFlow = true };
        }
    }

    internal static FlowException PasswordInAddress(string masked) => FlowException.InvalidParameter(
        $"The address of the history '{masked}' has a password. Addresses are recorded, shown, and passed to other processes, so leave it out: it is read from the variable PGPASSWORD, from a passfile that PGPASSFILE names, or from a service file (about_Flow_History).",
        "FlowHistoryPassword", masked, isAboutTheFlow: true);

    internal static FlowException InvalidPath(string path, string why, Exception? inner = null) => FlowException.InvalidParameter(
        $"The history cannot be in '{path}': {why}", "FlowHistoryPathInvalid", path, inner, isAboutTheFlow: true);

    private static string IdOf(HistoryFault fault) => fault switch
    {
        HistoryFault.Elsewhere => Elsewhere,
        HistoryFault.InUse => "FlowHistoryInUse",
        HistoryFault.NotEmpty => "FlowHistoryNotEmpty",
        HistoryFault.Incomplete => "FlowHistoryCopyIncomplete",
        _ => "FlowHistoryUnavailable",
    };
}
