namespace FlowModule.Dashboard;

/// <summary>The dashboard's own files, in a private folder beside the history.</summary>
internal sealed class DashboardFiles(string historyPath)
{
    internal string Folder { get; } = historyPath + ".dashboard";

    internal string Token => Path.Combine(Folder, "token");

    /// <summary>Who has done what.</summary>
    internal string Actions => Path.Combine(Folder, "actions.jsonl");

    /// <summary>What a process has written that was started here.</summary>
    internal string LogOf(Guid job) => Path.Combine(Folder, $"{job:N}.log");
}
