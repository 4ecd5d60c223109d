using FlowModule.History;

namespace FlowModule.FlowHost.Running;

/// <summary>The address of a history, as given on the command line.</summary>
internal static class HistoryFile
{
    /// <param name="path">The file, its folder, or an address of a server; null for the default.</param>
    public static string Of(string? path) => path is null || HistoryBackends.AddressOf(path).Path is null ? HistoryFolders.FullName(path ?? Histories.DefaultPath)
        : Directory.Exists(path) ? Path.Combine(Path.GetFullPath(path), Histories.FileName)
        : Path.GetFullPath(path);
}
