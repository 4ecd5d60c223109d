using System.Management.Automation;

namespace FlowModule.Serialization;

/// <summary>States and runs inside of values: kept as what tells them apart, since the history has the rest.</summary>
internal static class HistoryStates
{
    /// <summary>The types of such a description, the first its own.</summary>
    internal const string TypeNames = TypeName + "\nSystem.Management.Automation.PSCustomObject\nSystem.Object";

    private const string TypeName = "FlowModule.StateInHistory";

    internal static bool Is(PSObject value) => value.TypeNames.Contains("Deserialized." + TypeName);

    /// <summary>The run that a description which was read is of, or null when it is none.</summary>
    internal static Guid? RunOf(object? value) =>
        value is PSObject described && Is(described) && described.Properties["RunId"]?.Value is Guid id ? id : null;
}
