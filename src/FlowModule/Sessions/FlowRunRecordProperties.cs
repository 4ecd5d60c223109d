using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace FlowModule;

/// <summary>The hidden properties of a run of the history, for PowerShell's type system (FlowModule.Records.Types.ps1xml).</summary>
public static class FlowRunRecordProperties
{
    /// <summary>How long the run has been running, until its end or until it was looked up; zero before its start.</summary>
    public static object? Duration(PSObject run) => Of(run).Duration;

    /// <summary>Why the run is in its state.</summary>
    public static object? Reason(PSObject run) => Of(run).Reason;

    /// <summary>The states that the run has been in, oldest first.</summary>
    public static object? States(PSObject run) => Of(run).States;

    /// <summary>The parameters that the run was started with, by name; null if they were not stored.</summary>
    public static object? Parameters(PSObject run) => Of(run).Parameters;

    /// <summary>The piped object that the run was started for, or null.</summary>
    public static object? InputObject(PSObject run) => Of(run).InputObject;

    /// <summary>The run's result, or null.</summary>
    public static object? Result(PSObject run) => Of(run).Result;

    /// <summary>The error and its position in the script, or null.</summary>
    public static object? Error(PSObject run) => Of(run).Error;

    /// <summary>The same as that file, for sessions that do not import the module.</summary>
    internal static TypeData TypeData
    {
        get
        {
            var data = new TypeData(typeof(FlowRunRecord));
            foreach (string name in new[] { nameof(Duration), nameof(Reason), nameof(States), nameof(Parameters), nameof(InputObject), nameof(Result), nameof(Error) })
            {
                data.Members.Add(name, new CodePropertyData(name, typeof(FlowRunRecordProperties).GetMethod(name)) { IsHidden = true });
            }

            return data;
        }
    }

    private static FlowRunRecord Of(PSObject run) => (FlowRunRecord)run.BaseObject;
}
