using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using FlowModule.Engine.Loading;
using Microsoft.PowerShell.Commands;

namespace FlowModule.Sessions;

/// <summary>
/// Adds the hidden members of history runs to a session before its first such run. In the module's manifest, they would be read at each
/// import, and a second copy of the module in one session would fail for each of them: "The member is already present".
/// </summary>
internal static class RecordMembers
{
    private static readonly CmdletInfo ImportModule = new("Import-Module", typeof(ImportModuleCommand));

    /// <summary>Adds the members to this thread's session, if it does not have them.</summary>
    internal static void Add()
    {
        // Checked each time: workers have them from their start, another version of the module may have added them, and a user may have
        // removed them with all modules.
        var probe = new PSObject(RuntimeHelpers.GetUninitializedObject(typeof(FlowRunRecord)));
        if (probe.Properties[nameof(FlowRunRecordProperties.Reason)] is not null)
        {
            return;
        }

        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        shell.AddCommand(ImportModule)
            .AddParameter("Name", WildcardPattern.Escape(PrivateAssemblies.PathOf("records", "FlowModule.Records.psd1")))
            .AddParameter("Global", value: true)
            .AddParameter("ErrorAction", ActionPreference.Stop)
            .Invoke();
    }
}
