using System.Management.Automation;
using FlowModule.Flows;

namespace FlowModule.Commands;

/// <summary>Finds hosts of the user's file by name or pattern.</summary>
internal static class HostNames
{
    internal static IEnumerable<FlowRemoteHost> Match(IReadOnlyList<FlowRemoteHost> all, string name) =>
        all.FirstOrDefault(host => host.IsNamed(name)) is { } exact ? [exact]
        : FlowNames.Match(all, static host => host.Name, name);
}
