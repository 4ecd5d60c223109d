using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace FlowModule.Hosting;

/// <summary>
/// What error records say of the run that they come from: the properties FlowRun, FlowName and FlowInput. They belong to the type,
/// not to the record, so that a copy that the engine makes has them too. The module's types file names these methods.
/// </summary>
public static class ErrorRecordMembers
{
    /// <summary>The run that the error comes from, or null.</summary>
    /// <param name="record">An ErrorRecord.</param>
    public static FlowRun? FlowRun(PSObject record) => record?.BaseObject is ErrorRecord error ? RunErrors.RunOf(error) : null;

    /// <summary>The name of that run's flow, or null.</summary>
    /// <param name="record">An ErrorRecord.</param>
    public static string? FlowName(PSObject record) => FlowRun(record)?.FlowName;

    /// <summary>The piped object that the run was for, or null.</summary>
    /// <param name="record">An ErrorRecord.</param>
    public static object? FlowInput(PSObject record) => FlowRun(record)?.InputObject;

    internal static TypeData TypeData()
    {
        var data = new TypeData(typeof(ErrorRecord));
        foreach (string name in new[] { nameof(FlowRun), nameof(FlowName), nameof(FlowInput) })
        {
            data.Members.Add(name, new CodePropertyData(name, typeof(ErrorRecordMembers).GetMethod(name)));
        }

        return data;
    }
}
