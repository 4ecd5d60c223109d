using System.Management.Automation;
using FlowModule.Engine;

namespace FlowModule.Hosting.History;

/// <summary>States and runs inside of values: kept as what tells them apart, since the history has the rest.</summary>
internal static class HistoryStates
{
    private const string TypeName = "FlowModule.StateInHistory";

    internal static object? Replace(object value) => HeldValues.Replace(value, static item => item switch
    {
        FlowState state => Describe(state),
        FlowRun run => Describe(run.State),
        _ => item,
    });

    /// <summary>Values that were read hold such a description; who needs the state itself looks the run up.</summary>
    internal static object? Restore(object? value) => value;

    /// <summary>The run that a restored description is of, or null when it is none.</summary>
    internal static Guid? RunOf(object? value) =>
        value is PSObject described && described.TypeNames.Contains("Deserialized." + TypeName) && described.Properties["RunId"]?.Value is Guid id ? id : null;

    private static PSObject Describe(FlowState state)
    {
        var description = new PSObject();
        description.TypeNames.Insert(0, TypeName);
        description.Properties.Add(new PSNoteProperty("RunId", state.Run.Id));
        description.Properties.Add(new PSNoteProperty("RunName", state.Run.Name));
        description.Properties.Add(new PSNoteProperty("FlowName", state.Run.FlowName));
        description.Properties.Add(new PSNoteProperty("State", state.Name));
        description.Properties.Add(new PSNoteProperty("Message", state.Message));
        return description;
    }
}
