using FlowModule.History;

namespace FlowModule.Dashboard;

/// <summary>The dashboard's own files, in a private folder beside the history.</summary>
internal sealed class DashboardFiles(string historyPath)
{
    internal string Folder { get; } = HistoryFolders.OfDashboard(historyPath);

    internal string Token => Path.Combine(Folder, "token");

    /// <summary>The recorded actions.</summary>
    internal string Actions => Path.Combine(Folder, "actions.jsonl");

    /// <summary>The output of a process that the dashboard has started.</summary>
    internal string LogOf(Guid job) => Path.Combine(Folder, $"{job:N}.log");
}
