using FlowModule.Engine.Runs;

namespace FlowModule.Sqlite.Tests.Support;

/// <summary>A flow with a source.</summary>
internal sealed class ScriptedFlow(string name) : FlowDefinition(name)
{
    internal override FlowScript? Script { get; } = new($"hash of {name}", $"{{ {name} }}", Path: null, Line: 0);
}
