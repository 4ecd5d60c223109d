using FlowModule.Engine.Files;
using FlowModule.Engine.Schedules;

namespace FlowModule.Scheduling.Serving;

/// <summary>Reads scheduled flows from the files of a folder; a file is read again only if it has changed.</summary>
/// <param name="folder">The folder.</param>
/// <param name="pattern">The pattern of its files.</param>
/// <param name="isRecursive">Whether to include subfolders.</param>
/// <param name="read">Reads a file; null if it is not served. Its exceptions are reported.</param>
internal sealed class FileSource(string folder, string pattern, bool isRecursive, Func<string, ScheduledFlow?> read) : IFlowSource
{
    private Dictionary<string, Known> _known = new(StringComparer.Ordinal);
    private string? _folderTrouble;

    public string Folder => folder;

    public bool IsRecursive => isRecursive;

    public string Pattern => pattern;

    public bool IsWhole { get; private set; } = true;

    public IReadOnlyList<ScheduledFlow> Read(Action<string> trouble)
    {
        if (Look(trouble) is not { } files)
        {
            IsWhole = false;
            return Served(_known.Values, static _ => { });
        }

        var now = new Dictionary<string, Known>(StringComparer.Ordinal);
        foreach (FileInfo file in files)
        {
            if (Look(file, _known.GetValueOrDefault(file.FullName), trouble) is { } known)
            {
                now[file.FullName] = known;
            }
        }

        bool isNew = now.Count != _known.Count || now.Any(file => !_known.TryGetValue(file.Key, out Known? before) || !ReferenceEquals(before, file.Value));
        _known = now;
        IsWhole = now.Values.All(file => file.Trouble is null);
        return Served(now.Values, isNew ? trouble : static _ => { });
    }

    /// <summary>The files, ordered by path; null if the folder cannot be read, which must not end the flows that are served.</summary>
    private FileInfo[]? Look(Action<string> trouble)
    {
        try
        {
            // An unreadable folder must not be ignored silently.
            _ = Directory.EnumerateFileSystemEntries(folder).Any();
            var options = new EnumerationOptions { RecurseSubdirectories = isRecursive, IgnoreInaccessible = true, MatchCasing = MatchCasing.CaseInsensitive };
            FileInfo[] files = [.. new DirectoryInfo(folder).EnumerateFiles(pattern, options).OrderBy(file => file.FullName, StringComparer.Ordinal)];
            _folderTrouble = null;
            return files;
        }
        catch (DirectoryNotFoundException) when (_known.Count == 0)
        {
            // The folder does not exist before the first registration.
            return [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (_folderTrouble != exception.Message)
            {
                _folderTrouble = exception.Message;
                trouble($"The folder '{folder}' cannot be read: {exception.Message} Its previous content is still served.");
            }

            return null;
        }
    }

    /// <summary>The current file; null if it is gone, because files may change during the enumeration.</summary>
    private Known? Look(FileInfo file, Known? before, Action<string> trouble)
    {
        try
        {
            var stamp = (file.LastWriteTimeUtc, file.Length);

            // An unreadable file is read again even if it has not changed, because the reason may be gone.
            if (before is { Trouble: null } && before.Stamp == stamp)
            {
                return before;
            }

            PrivateFiles.Require(file.FullName);
            return new Known(stamp, read(file.FullName), Trouble: null);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is FlowException or FormatException or IOException or UnauthorizedAccessException)
        {
            if (before?.Trouble == exception.Message)
            {
                return before;
            }

            // The script in the file is what would run, so an untrusted file must not be served.
            ScheduledFlow? stays = exception is OthersFileException ? null : before?.Flow;
            trouble($"'{file.FullName}' cannot be served: {exception.Message}{(stays is null ? null : " It is served as it was before.")}");
            return new Known(default, stays, exception.Message);
        }
    }

    /// <summary>If two files define the same name, the first one counts.</summary>
    private List<ScheduledFlow> Served(IEnumerable<Known> files, Action<string> trouble)
    {
        var flows = new Dictionary<string, ScheduledFlow>(StringComparer.OrdinalIgnoreCase);
        foreach (Known file in files)
        {
            if (file.Flow is { } flow && !flows.TryAdd(flow.Name, flow))
            {
                IsWhole = false;
                trouble($"'{flow.Path}' is not served: its name '{flow.Name}' is already used by '{flows[flow.Name].Path}'. Set another name in a line '#FlowSchedule -Name ...'.");
            }
        }

        return [.. flows.Values];
    }

    /// <param name="Stamp">Shows whether the file has changed.</param>
    /// <param name="Flow">The flow; null for none.</param>
    /// <param name="Trouble">Why the file could not be read, so that the flow is the previous one; or null.</param>
    private sealed record Known((DateTime, long) Stamp, ScheduledFlow? Flow, string? Trouble);
}
