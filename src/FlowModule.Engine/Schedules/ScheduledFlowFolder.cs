using System.Text;
using FlowModule.Engine.Files;

namespace FlowModule.Engine.Schedules;

/// <summary>
/// The registrations of one history: one file each, in a folder beside it. Only their owner can read them, because parameters
/// may be confidential. Files are written atomically.
/// </summary>
/// <param name="path">The folder. It is created on first use.</param>
/// <param name="cron">Reads cron expressions.</param>
internal sealed class ScheduledFlowFolder(string path, ICronParser cron)
{
    internal const string Extension = ".json";

    // A file name has 255 characters at most. The name of the registration is followed by the extension and, while the file is written, by a dot, 32 digits and ".tmp".
    private const int MaxFileName = 255 - 5 - 1 - 32 - 4;

    private readonly ScheduledFlowJson _json = new(cron);

    internal string Path => path;

    /// <summary>The file of a registration.</summary>
    internal string FileOf(string name) => System.IO.Path.Combine(path, Encode(name) + Extension);

    /// <summary>Whether a registration's name is short enough for a file name, in which many letters take several characters.</summary>
    internal static bool IsNameOfFile(string name) => Encode(name).Length <= MaxFileName;

    /// <summary>The names of all registrations, in alphabetical order.</summary>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    internal IReadOnlyList<string> Names() => !Directory.Exists(path)
        ? []
        : [.. Directory.EnumerateFiles(path, "*" + Extension).Select(file => Uri.UnescapeDataString(System.IO.Path.GetFileNameWithoutExtension(file))).Order(StringComparer.OrdinalIgnoreCase)];

    /// <summary>The registration with a name, or null.</summary>
    /// <exception cref="FormatException">Its file is damaged, or of a newer version.</exception>
    /// <exception cref="IOException">Its file cannot be read.</exception>
    internal ScheduledFlow? Find(string name)
    {
        string file = FileOf(name);
        return File.Exists(file) ? Read(file) : null;
    }

    /// <summary>The registration in a file.</summary>
    /// <exception cref="FormatException">It is damaged, or of a newer version.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="OthersFileException">It belongs to another user, or others can write to it.</exception>
    internal ScheduledFlow Read(string file)
    {
        PrivateFiles.Require(file);
        return _json.Read(File.ReadAllText(file));
    }

    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not writable.</exception>
    internal void Save(ScheduledFlow flow)
    {
        PrivateFiles.MakeFolder(path);
        PrivateFiles.Require(FileOf(flow.Name));
        AtomicFile.Write(
            FileOf(flow.Name),
            stream =>
            {
                stream.Write(Encoding.UTF8.GetBytes(ScheduledFlowJson.Write(flow)));
                stream.Flush(flushToDisk: true);
            },
            isPrivate: true);
    }

    /// <exception cref="IOException">It cannot be removed.</exception>
    internal void Remove(string name) => File.Delete(FileOf(name));

    // Names are not case-sensitive; the file name is valid on every system.
    private static string Encode(string name) => Uri.EscapeDataString(name.ToLowerInvariant());
}
