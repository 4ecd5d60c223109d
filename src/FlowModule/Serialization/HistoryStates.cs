using System.Management.Automation;

namespace FlowModule.Serialization;

/// <summary>States and runs within values: only identifying data is stored, because the history has the rest.</summary>
internal static class HistoryStates
{
    /// <summary>The type names of such a description, its own first.</summary>
    internal const string TypeNames = TypeName + "\nSystem.Management.Automation.PSCustomObject\nSystem.Object";

    private const string TypeName = "FlowModule.StateInHistory";

    internal static bool Is(PSObject value) => value.TypeNames.Contains("Deserialized." + TypeName);

    /// <summary>Returns the run that a decoded description identifies; null for other values.</summary>
    internal static Guid? RunOf(object? value) =>
        value is PSObject described && Is(described) && described.Properties["RunId"]?.Value is Guid id ? id : null;
}
