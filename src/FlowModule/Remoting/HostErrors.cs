using System.Management.Automation;
using FlowModule.Engine.Files;

namespace FlowModule.Remoting;

/// <summary>Why hosts of the user's file cannot be found, or the file cannot be used.</summary>
internal static class HostErrors
{
    internal static FlowException NotFound(string name) => new(
        $"There is no host named '{name}'. New-FlowHost adds one; Get-FlowHost lists them.", "FlowHostNotFound", ErrorCategory.ObjectNotFound, name);

    internal static FlowException TagNotFound(IReadOnlyCollection<string> tags) => new(
        $"No host has {(tags.Count == 1 ? "the tag" : "all of the tags")} {string.Join(", ", tags.Select(static tag => $"'{tag}'"))}. Get-FlowHost lists the hosts with their tags. Nothing was run.",
        "FlowHostTagNotFound", ErrorCategory.ObjectNotFound, string.Join(", ", tags));

    internal static FlowException OfOthers(string file, OthersFileException exception) => new(exception.Message, "FlowHostFileOfOthers", ErrorCategory.SecurityError, file, exception);

    internal static FlowException Damaged(string file, string why, Exception? inner = null) => new(
        $"The file of hosts '{file}' cannot be used: {why}", "FlowHostFileInvalid", ErrorCategory.InvalidData, file, inner);

    internal static FlowException NotKept(string file, Exception exception) => new(
        $"The file of hosts '{file}' cannot be written: {exception.Message}", "FlowHostNotKept", ErrorCategory.WriteError, file, exception);
}
