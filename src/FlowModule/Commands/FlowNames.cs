using System.Management.Automation;
using FlowModule.Hosting;

namespace FlowModule.Commands;

/// <summary>Finds flows by name or pattern. A flow whose own name holds brackets is found by that name too.</summary>
internal static class FlowNames
{
    internal static IEnumerable<Flow> Match(FlowRegistry flows, string name)
    {
        if (flows.Find(name) is { } exact)
        {
            return [exact];
        }

        var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
        return WildcardPattern.ContainsWildcardCharacters(name) ? flows.All().Where(flow => pattern.IsMatch(flow.Name)) : [];
    }
}
