using System.Collections;
using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.History;

namespace FlowModule.Completion;

/// <summary>The runs in the history that match the beginning of a word.</summary>
internal static class RecordedRuns
{
    private const int Most = 50;

    internal static bool IsId(string parameterName) => string.Equals(parameterName, "Id", StringComparison.OrdinalIgnoreCase);

    /// <summary>The newest matching runs. An unreadable history has none, because completion reports no errors.</summary>
    internal static IReadOnlyList<FlowRunRecord> For(string parameterName, CompletedWord word, IDictionary bound, bool onlyOpen = false)
    {
        bool hasName = word.Typed.Length > 0 && !IsId(parameterName);
        try
        {
            return Choose(bound)?.Find(new RunQuery
            {
                Names = hasName ? [word.Typed + "*", WildcardPattern.Escape(word.Prefix) + "*"] : [],

                // Those of a call too, which are resumed and restarted one by one.
                Kinds = hasName || onlyOpen ? [] : [RunKind.Flow],
                OnlyOpen = onlyOpen,
                Last = Most,
            }) ?? [];
        }
        catch (HistoryException)
        {
            return [];
        }
    }

    /// <summary>The history that the typed parameters name, if it exists: completion must not create one.</summary>
    internal static RunHistory? Choose(IDictionary bound)
    {
        string? path = bound["HistoryPath"] as string ?? (Histories.IsOff ? null : Histories.DefaultPath);
        return path is null ? null
            : new[] { path, Path.Combine(path, Histories.FileName) }.Select(Histories.At).FirstOrDefault(static history => history.Exists);
    }

    internal static string Describe(FlowRunRecord run) => $"{run.FlowName} '{run.Name}', {run.State.Name}, {run.CreatedTime:yyyy-MM-dd HH:mm:ss}";
}
