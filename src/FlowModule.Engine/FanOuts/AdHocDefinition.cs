using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Texts;

namespace FlowModule.Engine.FanOuts;

/// <summary>The definition of an <see cref="AdHocRun"/>: it has the name of the call, and its place in a script, but no script of its own.</summary>
/// <param name="name">The name of the call; null for the usual one.</param>
/// <param name="path">The file of the script that contains the call; null without one.</param>
/// <param name="line">The line of the call in it.</param>
internal sealed class AdHocDefinition(string? name, string? path, int line) : FlowDefinition(name ?? UsualName)
{
    internal const string UsualName = "ad hoc";

    private protected override FlowRow MakeRow() => new(Name, Tag)
    {
        ScriptPath = path,
        ScriptLine = path is null ? null : line,
    };
}
