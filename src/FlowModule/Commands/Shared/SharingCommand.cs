using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.History;

namespace FlowModule.Commands;

/// <summary>Base of the cmdlets for what runs share: limits and cached results.</summary>
public abstract class SharingCommand : FlowCommand
{
    private RunHistory? _history;
    private bool _isChosen;

    private protected SharingCommand()
    {
    }

    /// <summary>The history whose runs share it, instead of the default history; inside a run, the default is the history of the run.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FlowHistoryCompleter))]
    public string? HistoryPath { get; set; }

    /// <summary>Whether to use what the runs of this process share that are not recorded.</summary>
    [Parameter]
    public SwitchParameter NoHistory { get; set; }

    /// <summary>The shared services.</summary>
    private protected RunServices Services => RunServices.For(Choose());

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // The command continues, but without what other processes share.
        if (_history?.TakeWarning() is { } warning)
        {
            WriteWarning(warning);
        }
    }

    // Unlike a run, this command may name any history, even inside another run.
    private RunHistory? Choose()
    {
        if (!_isChosen)
        {
            HistoryChoice choice = OrThrow(() => HistoryChoice.Of(this, HistoryPath, NoHistory, isRequired: false));
            _history = choice switch
            {
                { IsOff: true } => null,
                { Path: { } path } => Histories.At(path),
                _ when Context.CurrentRun is { } run => run.Recording?.History,
                _ => Histories.Default,
            };
            OrThrow(() =>
            {
                HistoryErrors.RequireShared(_history, "What runs share");
                return true;
            });
            _isChosen = true;
        }

        return _history;
    }
}
