using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using FlowModule.Loading;
using Microsoft.PowerShell.Commands;

namespace FlowModule.Serialization;

/// <summary>
/// Gives a session the hidden members of runs of the history before it is given the first of them. As a part of the module's manifest they
/// were read at each import, and a second copy of the module in one session failed over each: "The member is already present".
/// </summary>
internal static class RecordMembers
{
    private static readonly CmdletInfo ImportModule = new("Import-Module", typeof(ImportModuleCommand));

    /// <summary>Adds them to the session of this thread, unless it has them.</summary>
    internal static void Add()
    {
        // Asked each time: workers have them from their start, another version of the module may have brought them, and a person may have
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
