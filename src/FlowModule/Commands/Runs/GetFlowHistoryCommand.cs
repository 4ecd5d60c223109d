using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.History;

namespace FlowModule.Commands;

/// <summary>Says where the history is, how large it is, and what it keeps for how long.</summary>
[Cmdlet(VerbsCommon.Get, "FlowHistory")]
[OutputType(typeof(FlowHistory))]
public sealed class GetFlowHistoryCommand : HistoryCommand
{
    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // One that is off, or not there yet, can be told of too.
        string path = ChosenPath ?? Histories.DefaultPath;
        bool isOn = !Histories.IsOff && string.Equals(path, Histories.DefaultPath, StringComparison.Ordinal);
        WriteObject(ChosenPath is null && !File.Exists(path)
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
