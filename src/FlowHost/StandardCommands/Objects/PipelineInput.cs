using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using System.Management.Automation.Internal;

namespace FlowModule.FlowHost.StandardCommands;

/// <summary>Tells an object in the pipeline from none.</summary>
internal static class PipelineInput
{
    public static bool IsObject([NotNullWhen(true)] PSObject? input) => input is not null && !ReferenceEquals(input, AutomationNull.Value);
}
