using System.Management.Automation;
using FlowModule.Engine.Limits;
using FlowModule.Engine.Texts;
using FlowModule.Flows;

namespace FlowModule.Commands;

/// <summary>Finds limits by name or pattern.</summary>
internal static class LimitNames
{
    internal static FlowLimit[] Match(ILimitTable limits, string name) =>
        limits.Find(VisibleText.OfName(name)) is { } exact ? [exact] : FlowNames.Match(limits.All(), static limit => limit.Name, name);
}
