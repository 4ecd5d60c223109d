using System.Management.Automation;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace FlowModule.FlowHost.StandardCommands;

/// <summary>Format-Table: the engine has it all but the cmdlet itself.</summary>
[Cmdlet(VerbsCommon.Format, "Table")]
internal sealed class FormatTableCommand : OuterFormatTableBase
{
    public FormatTableCommand() => EngineInternals.SetFormatShape(this, "Table");
}

/// <summary>Format-List.</summary>
[Cmdlet(VerbsCommon.Format, "List")]
internal sealed class FormatListCommand : OuterFormatTableAndListBase
{
    public FormatListCommand() => EngineInternals.SetFormatShape(this, "List");
}
