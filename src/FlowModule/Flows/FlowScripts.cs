using System.Management.Automation.Language;
using FlowModule.Engine.Runs;
using FlowModule.Values;

namespace FlowModule.Flows;

/// <summary>The source of flows as the history keeps it.</summary>
internal static class FlowScripts
{
    internal static FlowScript Of(ScriptBlockAst body)
    {
        string text = body.Extent.Text;
        return new FlowScript(Fingerprint.Of(text), text, body.Extent.File, body.Extent.File is null ? 0 : body.Extent.StartLineNumber);
    }
}
