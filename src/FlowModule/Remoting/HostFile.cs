using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using FlowModule.Engine.Files;
using FlowModule.History;

namespace FlowModule.Remoting;

/// <summary>
/// The user's file of hosts. It says which options ssh gets, and those can name programs to run. So only its owner can read it, and it is
/// refused if others can write to it. It is written atomically, and people may edit it.
/// </summary>
/// <param name="folder">The folder of the file. It is created on first use.</param>
internal sealed class HostFile(string folder)
{
    internal const string FileName = "hosts.json";

    private const string LockName = "hosts.lock";
    private const int Version = 1;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        PropertyNameCaseInsensitive = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    private readonly string _path = Path.Combine(folder, FileName);

    /// <summary>The file in the folder of the histories.</summary>
    internal static HostFile Default => new(Histories.Home);

    /// <summary>All hosts, in alphabetical order.</summary>
    /// <exception cref="FlowException">The file is damaged, or others can write to it.</exception>
    internal IReadOnlyList<FlowRemoteHost> Read() => [.. ReadEntries().OrderBy(static entry => entry.Name, StringComparer.OrdinalIgnoreCase).Select(static entry => new FlowRemoteHost(entry))];

    /// <summary>The hosts with these names, and those that have all of these tags. A name that the file does not have is a host without settings.</summary>
    /// <exception cref="FlowException">No host has the tags, or the file cannot be used.</exception>
    internal IReadOnlyList<FlowRemoteHost> Choose(IReadOnlyCollection<string> names, IReadOnlyCollection<string> tags)
    {
        IReadOnlyList<FlowRemoteHost> all = Read();
        FlowRemoteHost[] named = [.. names.Select(name => all.FirstOrDefault(host => host.IsNamed(name)) ?? new FlowRemoteHost(new HostEntry { Name = name }))];
        FlowRemoteHost[] tagged = tags.Count == 0 ? [] : [.. all.Where(host => host.HasTags(tags))];
        return tags.Count > 0 && tagged.Length == 0
            ? throw HostErrors.TagNotFound(tags)
            : [.. named, .. tagged.Where(host => !Array.Exists(named, other => other.IsNamed(host.Name)))];
    }

    /// <summary>Adds a host, in place of one with the same name.</summary>
    /// <exception cref="FlowException">The file cannot be used or written.</exception>
    internal void Set(HostEntry entry) => Change(entries => [.. Without(entries, entry.Name), entry]);

    /// <summary>Removes a host.</summary>
    /// <exception cref="FlowException">The file cannot be used or written.</exception>
    internal void Remove(string name) => Change(entries => Without(entries, name));

    private static IEnumerable<HostEntry> Without(IEnumerable<HostEntry> entries, string name) =>
        entries.Where(entry => !entry.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private void Change(Func<IReadOnlyList<HostEntry>, IEnumerable<HostEntry>> change)
    {
        try
        {
            PrivateFiles.MakeFolder(folder);
            PrivateFiles.Require(_path);

            // Another process may change it too. The lock stays there: if it were removed, a third process could enter while a second still waits for the first.
            string path = Path.Combine(folder, LockName);
            FileStreamOptions options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None }.Private(path);
            using FileStream held = ExclusiveFile.Wait(path, options, Patience, Pause);
            HostEntry[] hosts = [.. change(ReadEntries()).OrderBy(static entry => entry.Name, StringComparer.OrdinalIgnoreCase)];
            AtomicFile.Write(
                _path,
                stream =>
                {
                    JsonSerializer.Serialize(stream, new Content(Version, hosts), Json);
                    stream.Flush(flushToDisk: true);
                },
                isPrivate: !PrivateFiles.IsShared(_path));
        }
        catch (OthersFileException exception)
        {
            throw HostErrors.OfOthers(_path, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw HostErrors.NotKept(_path, exception);
        }
    }

    private HostEntry[] ReadEntries()
    {
        if (!File.Exists(_path))
        {
            return [];
        }

        try
        {
            PrivateFiles.Require(_path);
            Content? content = JsonSerializer.Deserialize<Content>(File.ReadAllText(_path), Json);
            return content switch
            {
                { Version: > Version } => throw HostErrors.Damaged(_path, $"it was written by a newer version of FlowModule (its format is {content.Version}; this version reads format {Version} and older ones)."),
                { Hosts: { } hosts } when Array.TrueForAll(hosts, static host => host is { IsValid: true }) => hosts,
                _ => throw HostErrors.Damaged(_path, "a host has no name, or a setting that New-FlowHost would refuse."),
            };
        }
        catch (OthersFileException exception)
        {
            throw HostErrors.OfOthers(_path, exception);
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw HostErrors.Damaged(_path, exception.Message, exception);
        }
    }

    private sealed record Content(int Version, HostEntry[]? Hosts);
}
