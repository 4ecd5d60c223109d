using System.Management.Automation;
using FlowModule.Engine.Texts;

namespace FlowModule.Flows;

/// <summary>Finds flows, and what else has a name, by name or pattern.</summary>
internal static class FlowNames
{
    internal static IEnumerable<Flow> Match(FlowRegistry flows, string name) => flows.Find(name) is { } exact ? [exact] : Match(flows.All(), static flow => flow.Name, name);

    /// <summary>Those with exactly this name, in any case; otherwise those that match it as a pattern. So a name with brackets or a star means itself.</summary>
    internal static T[] Match<T>(IEnumerable<T> all, Func<T, string> nameOf, string name)
    {
        name = VisibleText.OfName(name);
        T[] known = [.. all];
        T[] exact = Array.FindAll(known, one => nameOf(one).Equals(name, StringComparison.OrdinalIgnoreCase));
        return exact.Length > 0 ? exact : Wildcard(name) is { } pattern ? Array.FindAll(known, one => pattern.IsMatch(nameOf(one))) : [];
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
