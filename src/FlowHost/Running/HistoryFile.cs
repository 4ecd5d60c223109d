using FlowModule.History;

namespace FlowModule.FlowHost.Running;

/// <summary>The file of a history, as given on the command line.</summary>
internal static class HistoryFile
{
    /// <param name="path">The file or its folder; null for the default.</param>
    public static string Of(string? path) => path is null ? Path.GetFullPath(Histories.DefaultPath)
        : Directory.Exists(path) ? Path.Combine(Path.GetFullPath(path), Histories.FileName)
        : Path.GetFullPath(path);
}
