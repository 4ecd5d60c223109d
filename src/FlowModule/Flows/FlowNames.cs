using System.Management.Automation;
using FlowModule.Engine.Texts;

namespace FlowModule.Flows;

/// <summary>Finds flows by name or pattern. A flow whose name contains brackets is also found by its exact name.</summary>
internal static class FlowNames
{
    internal static IEnumerable<Flow> Match(FlowRegistry flows, string name)
    {
        if (flows.Find(name) is { } exact)
        {
            return [exact];
        }

        return Wildcard(VisibleText.OfName(name)) is { } pattern ? flows.All().Where(flow => pattern.IsMatch(flow.Name)) : [];
    }

    /// <summary>The name as a pattern; null if it is not a valid pattern, such as a name with a single bracket.</summary>
    internal static WildcardPattern? Wildcard(string name)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(name))
        {
            return null;
        }

        var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
        try
        {
            _ = pattern.IsMatch(string.Empty);
            return pattern;
        }
        catch (WildcardPatternException)
        {
            return null;
        }
    }
}
