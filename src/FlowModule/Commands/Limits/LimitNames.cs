using System.Management.Automation;
using FlowModule.Engine.Limits;
using FlowModule.Engine.Texts;
using FlowModule.Flows;

namespace FlowModule.Commands;

/// <summary>Finds limits by name or pattern.</summary>
internal static class LimitNames
{
    internal static FlowLimit[] Match(ILimitTable limits, string name)
    {
        if (limits.Find(VisibleText.OfName(name)) is { } exact)
        {
            return [exact];
        }

        WildcardPattern? pattern = FlowNames.Wildcard(name);
        return pattern is null ? [] : [.. limits.All().Where(limit => pattern.IsMatch(limit.Name))];
    }
}
