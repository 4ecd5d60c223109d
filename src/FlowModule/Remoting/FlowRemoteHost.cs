using FlowModule.Remoting;

namespace FlowModule;

/// <summary>A machine in the user's file of hosts: how ssh reaches it, and its tags. The output of <c>Get-FlowHost</c>.</summary>
public sealed class FlowRemoteHost
{
    private static readonly Dictionary<string, string> NoOptions = new(StringComparer.Ordinal);

    internal FlowRemoteHost(HostEntry entry) => Entry = entry;

    /// <summary>The name for <c>-HostName</c>, in states and in messages.</summary>
    public string Name => Entry.Name;

    /// <summary>The address for ssh.</summary>
    public string HostName => Entry.HostName ?? Name;

    /// <summary>The user, or null for what ssh itself takes.</summary>
    public string? UserName => Entry.UserName;

    /// <summary>The port, or null for what ssh itself takes.</summary>
    public int? Port => Entry.Port;

    /// <summary>The file of the private key, or null for what ssh itself takes.</summary>
    public string? KeyFilePath => Entry.KeyFilePath;

    /// <summary>The program of PowerShell there, or null for <c>pwsh</c>.</summary>
    public string? PowerShellPath => Entry.PowerShellPath;

    /// <summary>How many subflows it runs at once, or null for the default of the command.</summary>
    public int? ThrottlePerHost => Entry.ThrottlePerHost;

    /// <summary>Options of ssh.</summary>
    public IReadOnlyDictionary<string, string> Options => Entry.Options ?? NoOptions;

    /// <summary>Words to choose it by.</summary>
    public string[] Tag => [.. Entry.Tags ?? []];

    internal HostEntry Entry { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal bool IsNamed(string name) => Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    internal bool HasTags(IEnumerable<string> tags) => tags.All(tag => Tag.Contains(tag, StringComparer.OrdinalIgnoreCase));
}
