using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.History;

namespace FlowModule.Commands;

/// <summary>What the cmdlets have in common that are about what runs share: limits and cached results.</summary>
public abstract class SharingCommand : FlowCommand
{
    private RunHistory? _history;
    private bool _isChosen;

    /// <summary>The history whose runs share it, in place of the usual one; inside a run, that of the run.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HistoryPath { get; set; }

    /// <summary>What the runs of this process share that are not recorded.</summary>
    [Parameter]
    public SwitchParameter NoHistory { get; set; }

    /// <summary>What is shared.</summary>
    private protected RunServices Services => RunServices.For(Choose());

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // It goes on, but not with what other processes share.
        if (_history?.TakeWarning() is { } warning)
        {
            WriteWarning(warning);
        }
    }

    // Unlike a run, inside of another run it may be about any history.
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
            _isChosen = true;
        }

        return _history;
    }
}
