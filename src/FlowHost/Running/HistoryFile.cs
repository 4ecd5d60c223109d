using FlowModule.History;

namespace FlowModule.FlowHost.Running;

/// <summary>The file of a history, as the command line names it.</summary>
internal static class HistoryFile
{
    /// <param name="path">The file or its folder; null for the usual one.</param>
    public static string Of(string? path) => path is null ? Path.GetFullPath(Histories.DefaultPath)
        : Directory.Exists(path) ? Path.Combine(Path.GetFullPath(path), Histories.FileName)
        : Path.GetFullPath(path);
}
