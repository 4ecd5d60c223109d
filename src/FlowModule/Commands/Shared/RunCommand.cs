using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.History;

namespace FlowModule.Commands;

/// <summary>Base of the cmdlets that run subflows and tasks.</summary>
public abstract class RunCommand : PolicyCommand
{
    private protected RunCommand()
    {
    }

    /// <summary>The file to record the run in, or its folder, instead of the default history.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FlowHistoryCompleter))]
    public string? HistoryPath { get; set; }

    /// <summary>Whether to record nothing.</summary>
    [Parameter]
    public SwitchParameter NoHistory { get; set; }

    /// <summary>Whether to run nothing if it cannot be recorded.</summary>
    [Parameter]
    public SwitchParameter RequireHistory { get; set; }

    /// <summary>Which log lines are shown. The history has all of them.</summary>
    [Parameter]
    public FlowLogPreference LogLevel { get; set; }

    /// <summary>Where top-level runs are recorded.</summary>
    private protected HistoryChoice History => HistoryChoice.Of(this, HistoryPath, NoHistory, RequireHistory);
}
