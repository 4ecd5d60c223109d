using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace FlowModule.Remoting;

/// <summary>Another machine that executes subflows: how to connect to it, or an open session.</summary>
/// <param name="Name">The name in states and messages.</param>
internal sealed record RemoteHost(string Name)
{
    /// <summary>The address for SSH, or null.</summary>
    internal string? HostName { get; init; }

    /// <summary>The user for SSH, or null for what ssh itself takes.</summary>
    internal string? UserName { get; init; }

    /// <summary>The port for SSH, or null for what ssh itself takes.</summary>
    internal int? Port { get; init; }

    /// <summary>The file of the private key for SSH, or null for what ssh itself takes.</summary>
    internal string? KeyFilePath { get; init; }

    /// <summary>The program of PowerShell there, for SSH, or null for <c>pwsh</c>.</summary>
    internal string? PowerShellPath { get; init; }

    /// <summary>Options for ssh, such as <c>ProxyJump=gate</c>. They stand before ours, and ssh takes the first.</summary>
    internal IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>How many subflows it runs at once; null for what the call says of all of its hosts.</summary>
    internal int? ThrottlePerHost { get; init; }

    /// <summary>The address for WSMan, or null.</summary>
    internal string? ComputerName { get; init; }

    /// <summary>The account for WSMan, or null for the current one.</summary>
    internal PSCredential? Credential { get; init; }

    /// <summary>The user's own session, or null.</summary>
    internal PSSession? Session { get; init; }

    /// <summary>What two hosts have in common if their workers can stand for each other.</summary>
    internal string Key => Session is { } session
        ? $"session {session.InstanceId}"
        : $"{Name}|{HostName}|{UserName}|{Port}|{KeyFilePath}|{PowerShellPath}|{string.Join(',', Options)}|{ThrottlePerHost}|{ComputerName}|{(Credential is null ? 0 : RuntimeHelpers.GetHashCode(Credential))}";

    /// <summary>A host for SSH. What the call says comes before what the user's file says; of options, one by one.</summary>
    internal static RemoteHost Of(FlowRemoteHost host, HostSettings call) => new(host.Name)
    {
        HostName = host.HostName,
        UserName = call.UserName ?? host.UserName,
        Port = call.Port ?? host.Port,
        KeyFilePath = call.KeyFilePath ?? host.KeyFilePath,
        PowerShellPath = call.PowerShellPath ?? host.PowerShellPath,
        ThrottlePerHost = call.ThrottlePerHost ?? host.ThrottlePerHost,
        Options =
        [
            .. (call.Options ?? host.Options).Concat(host.Options.Where(option => call.Options?.ContainsKey(option.Key) == false))
                .Select(static option => $"{option.Key}={option.Value}").Order(StringComparer.Ordinal),
        ],
    };
}
