using System.Management.Automation;

namespace FlowModule.Hosting.History;

/// <summary>Stands for a value that is not kept, among others that are.</summary>
/// <param name="Kind">What it is: "Secret", or why else it is not there.</param>
/// <param name="Note">Why, for people; or null.</param>
internal sealed record HistorySecret(string Kind, string? Note = null)
{
    internal const string TypeName = "FlowModule.NotKept";

    /// <summary>A parameter that is named secret.</summary>
    internal static readonly HistorySecret Parameter = new("Secret");

    /// <summary>Whether a value that was read stands for one that was not kept.</summary>
    internal static bool Is(object? value) => value is PSObject described && described.TypeNames.Contains("Deserialized." + TypeName);
}
