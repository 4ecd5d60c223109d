using System.Collections;
using FlowModule.Engine.History;
using FlowModule.History;

namespace FlowModule.Completion;

/// <summary>The runs of the history that a word may be the beginning of.</summary>
internal static class RecordedRuns
{
    private const int Most = 50;

    internal static bool IsId(string parameterName) => string.Equals(parameterName, "Id", StringComparison.OrdinalIgnoreCase);

    /// <summary>The newest; a history that cannot be read has none: completion is no place for errors.</summary>
    internal static IReadOnlyList<FlowRunRecord> For(string parameterName, string word, IDictionary bound, bool onlyOpen = false)
    {
        string prefix = word.Trim('\'', '"');
        bool hasName = prefix.Length > 0 && !IsId(parameterName);
        try
        {
            return Choose(bound)?.Find(new RunQuery
            {
                Names = hasName ? [prefix + "*"] : [],
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

    /// <summary>The history that the words typed so far ask for, if it is there: to complete a word is no reason to make one.</summary>
    internal static RunHistory? Choose(IDictionary bound)
    {
        string? path = bound["HistoryPath"] as string ?? (Histories.IsOff ? null : Histories.DefaultPath);
        return path is null ? null
            : new[] { path, Path.Combine(path, Histories.FileName) }.FirstOrDefault(File.Exists) is { } file ? Histories.At(file) : null;
    }

    internal static string Describe(FlowRunRecord run) => $"{run.FlowName} '{run.Name}', {run.State.Name}, {run.CreatedTime:yyyy-MM-dd HH:mm:ss}";
}
