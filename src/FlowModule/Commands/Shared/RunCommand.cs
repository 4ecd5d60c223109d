using System.Management.Automation;
using FlowModule.History;

namespace FlowModule.Commands;

/// <summary>What the cmdlets that run subflows and tasks have in common.</summary>
public abstract class RunCommand : PolicyCommand
{
    /// <summary>The file to record the run in, or a folder, instead of the usual one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HistoryPath { get; set; }

    /// <summary>Record nothing.</summary>
    [Parameter]
    public SwitchParameter NoHistory { get; set; }

    /// <summary>Run nothing when it cannot be recorded.</summary>
    [Parameter]
    public SwitchParameter RequireHistory { get; set; }

    /// <summary>Where runs that are in no other run are recorded.</summary>
    private protected HistoryChoice History => HistoryChoice.Of(this, HistoryPath, NoHistory, RequireHistory);
}
