using System.Management.Automation;
using FlowModule.Engine.Storage.Rows;
using FlowModule.History;

namespace FlowModule.Commands;

/// <summary>Shows where the history is, how large it is, and how long it keeps runs.</summary>
[Cmdlet(VerbsCommon.Get, "FlowHistory")]
[OutputType(typeof(FlowHistory))]
public sealed class GetFlowHistoryCommand : HistoryCommand
{
    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // Also works if the history is off or does not exist yet.
        string path = ChosenPath ?? Histories.DefaultPath;
        bool isOn = !Histories.IsOff && string.Equals(path, Histories.DefaultPath, StringComparison.Ordinal);
        WriteObject(ChosenPath is null && !Ask(() => Histories.At(path)).Exists
            ? new FlowHistory
            {
                Path = path,
                IsOn = isOn,
                KeepDays = RetentionSettings.Default.KeepDays,
                KeepRuns = RetentionSettings.Default.KeepRuns,
                KeepLogSize = RetentionSettings.Default.KeepLogSize,
            }
            : Ask(() => FlowHistory.Of(ChosenPath is null ? Histories.At(path) : History, isOn)));
    }
}
