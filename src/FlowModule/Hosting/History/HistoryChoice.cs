using System.Management.Automation;
using FlowModule.Engine;

namespace FlowModule.Hosting.History;

/// <summary>Where the runs of a call are recorded, as the call says.</summary>
/// <param name="Path">The file, or null for the usual one.</param>
/// <param name="IsOff">Whether they are not recorded.</param>
/// <param name="IsRequired">Whether they must not start when they cannot be recorded.</param>
internal sealed record HistoryChoice(string? Path = null, bool IsOff = false, bool IsRequired = false)
{
    internal static readonly HistoryChoice Usual = new();

    /// <summary>The history to record in, or null for none.</summary>
    /// <exception cref="FlowException">It is required, and cannot be used.</exception>
    internal RunHistory? Find()
    {
        if (IsOff)
        {
            return null;
        }

        RunHistory? history = Path is null ? Histories.Default : Histories.At(Path);
        if (IsRequired || Histories.IsRequired)
        {
            Require(history);
        }

        return history;
    }

    private static void Require(RunHistory? history)
    {
        try
        {
            (history ?? throw new HistoryException(HistoryFault.Unavailable, $"The history is off ({Histories.ModeVariable}).")).Require();
        }
        catch (HistoryException exception)
        {
            throw new FlowException(
                $"{exception.Message} Nothing was run, because its history is required.", "FlowHistoryUnavailable", ErrorCategory.ResourceUnavailable, history?.Location, exception)
            { IsAboutTheFlow = true };
        }
    }
}
