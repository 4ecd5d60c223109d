using System.Management.Automation;

// pwsh's own namespace: the commands' full names are part of the ids of their errors.
namespace Microsoft.PowerShell.Commands;

/// <summary>Start-Sleep.</summary>
[Cmdlet(VerbsLifecycle.Start, "Sleep", DefaultParameterSetName = BySeconds)]
internal sealed class StartSleepCommand : PSCmdlet, IDisposable
{
    private const string BySeconds = "Seconds";
    private const string ByMilliseconds = "Milliseconds";
    private const string ByDuration = "FromTimeSpan";

    private readonly ManualResetEventSlim _stopped = new();

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = BySeconds)]
    [ValidateRange(0.0, int.MaxValue / 1000)]
    public double Seconds { get; set; }

    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByMilliseconds)]
    [ValidateRange(0, int.MaxValue)]
    [Alias("ms")]
    public int Milliseconds { get; set; }

    [Parameter(Position = 0, Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByDuration)]
    [Alias("ts")]
    public TimeSpan Duration { get; set; }

    public void Dispose() => _stopped.Dispose();

    protected override void ProcessRecord()
    {
        TimeSpan time = ParameterSetName switch
        {
            BySeconds => TimeSpan.FromSeconds(Seconds),
            ByMilliseconds => TimeSpan.FromMilliseconds(Milliseconds),
            _ => Duration,
        };
        if (time < TimeSpan.Zero || time > TimeSpan.FromMilliseconds(int.MaxValue))
        {
            ThrowTerminatingError(new ErrorRecord(
                new PSInvalidOperationException($"The duration must be between 0 and {TimeSpan.FromMilliseconds(int.MaxValue)}."),
                "DurationOutOfRange",
                ErrorCategory.InvalidArgument,
                time));
        }

        _stopped.Wait(time);
    }

    protected override void StopProcessing() => _stopped.Set();
}
