using System.Management.Automation;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Commands;

/// <summary>Sets how long a history keeps runs.</summary>
[Cmdlet(VerbsCommon.Set, "FlowHistory", SupportsShouldProcess = true)]
[OutputType(typeof(FlowHistory))]
public sealed class SetFlowHistoryCommand : HistoryCommand
{
    private const long SmallestLog = 4096;

    /// <summary>The number of days after which ended runs are removed; $null keeps them.</summary>
    [Parameter]
    [AllowNull]
    public int? KeepDays { get; set; }

    /// <summary>The number of top-level runs to keep, the newest ones; $null keeps all.</summary>
    [Parameter]
    [AllowNull]
    public int? KeepRuns { get; set; }

    /// <summary>The number of bytes to keep of each run's log, from its beginning and its end; $null keeps all.</summary>
    [Parameter]
    [AllowNull]
    public long? KeepLogSize { get; set; }

    /// <summary>Whether to return the history with the new settings.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (!IsGiven(nameof(KeepDays)) && !IsGiven(nameof(KeepRuns)) && !IsGiven(nameof(KeepLogSize)))
        {
            ThrowTerminatingError(FlowException.InvalidParameter(
                "Set-FlowHistory needs a setting: -KeepDays, -KeepRuns or -KeepLogSize. Get-FlowHistory shows the settings.", "FlowRetentionMissing", null).ErrorRecord);
        }

        Require(nameof(KeepDays), KeepDays);
        Require(nameof(KeepRuns), KeepRuns);
        if (KeepLogSize < SmallestLog)
        {
            ThrowTerminatingError(FlowException.InvalidParameter(
                $"-KeepLogSize must be at least {SmallestLog} bytes, or $null to keep all.", "FlowRetentionInvalid", KeepLogSize).ErrorRecord);
        }

        Ask(() =>
        {
            RetentionSettings settings = History.Retention;
            settings = new RetentionSettings(
                IsGiven(nameof(KeepDays)) ? KeepDays : settings.KeepDays,
                IsGiven(nameof(KeepRuns)) ? KeepRuns : settings.KeepRuns,
                IsGiven(nameof(KeepLogSize)) ? KeepLogSize : settings.KeepLogSize);
            if (ShouldProcess(History.Location, $"Keep {Days(settings.KeepDays)} and {Runs(settings.KeepRuns)}, with {Logs(settings.KeepLogSize)}"))
            {
                History.Retention = settings;
            }

            return true;
        });
        if (PassThru)
        {
            WriteObject(Ask(() => FlowHistory.Of(History, HistoryPath is null)));
        }
    }

    // $null is a setting too: it keeps everything.
    private bool IsGiven(string name) => MyInvocation.BoundParameters.ContainsKey(name);

    private void Require(string name, int? number)
    {
        if (number < 1)
        {
            ThrowTerminatingError(FlowException.InvalidParameter(
                $"-{name} must be at least 1, or $null to keep all. Remove-FlowRun removes runs.", "FlowRetentionInvalid", number).ErrorRecord);
        }
    }

    private static string Days(int? days) => days is null ? "runs of any age" : $"runs of the last {days} days";

    private static string Logs(long? size) => size is null ? "their whole logs" : $"at most {size} bytes of each log";

    private static string Runs(int? runs) => runs is null ? "any number of them" : $"at most {runs} of them";
}
