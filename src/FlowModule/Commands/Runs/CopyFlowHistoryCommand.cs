using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Sql;
using FlowModule.History;
using FlowModule.Lookup;

namespace FlowModule.Commands;

/// <summary>Copies a whole history to a file or to a database on a server, from either.</summary>
[Cmdlet(VerbsCommon.Copy, "FlowHistory", SupportsShouldProcess = true)]
[OutputType(typeof(FlowHistory))]
public sealed class CopyFlowHistoryCommand : HistoryCommand, IDisposable
{
    private const int ProgressId = 1;

    private readonly CancellationTokenSource _stop = new();

    /// <summary>The file or the address to copy to. There must be no runs.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FlowHistoryCompleter))]
    public string Destination { get; set; } = string.Empty;

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // There is nothing to copy in a default history that is yet to be made.
        if (ChosenPath is null && !Histories.IsOff && !Ask(static () => Histories.At(Histories.DefaultPath).Exists))
        {
            ThrowTerminatingError(LookingErrors.NoSuchFile(Histories.DefaultPath).ErrorRecord);
        }

        RunHistory source = History;
        HistoryAddress destination = OrThrow(() => HistoryBackends.AddressOf(HistoryChoice.FileOf(this, Destination)));
        if (destination.Equals(source.Address))
        {
            ThrowTerminatingError(HistoryErrors.SameHistory(source.Location).ErrorRecord);
        }

        if (ShouldProcess(destination.ToString(), $"Copy flow history '{source.Location}'") && Copy(source, destination))
        {
            WriteObject(Ask(() => FlowHistory.Of(Histories.At(destination.ToString()), isOn: false)));
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stop.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();

    private bool Copy(RunHistory source, HistoryAddress destination) => Ask(() =>
    {
        var progress = new ProgressRecord(ProgressId, $"Copying to {destination}", "Counting");
        try
        {
            HistoryCopy.Run(source, destination, WriteWarning, copied => Tell(progress, copied), _stop.Token);
            return true;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Nothing was copied, and nothing can be written any more.
            return false;
        }
        finally
        {
            if (!Stopping)
            {
                progress.RecordType = ProgressRecordType.Completed;
                WriteProgress(progress);
            }
        }
    });

    private void Tell(ProgressRecord progress, CopyProgress copied)
    {
        progress.StatusDescription = $"{copied.Table}: {copied.Done} of {copied.Total} rows";
        progress.PercentComplete = copied.Total == 0 ? 100 : (int)Math.Min(100, copied.Done * 100 / copied.Total);
        WriteProgress(progress);
    }
}
