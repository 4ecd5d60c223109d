using System.Collections.Concurrent;
using System.Management.Automation;
using System.Runtime.InteropServices;
using FlowModule.Scheduling.Health;
using FlowModule.Scheduling.Notifications;
using FlowModule.Scheduling.Scripts;
using FlowModule.Scheduling.Serving;
using FlowModule.Streams;

namespace FlowModule.Commands;

/// <summary>Serves scheduled flows until it is stopped: those of a folder of scripts, or those that are registered for it.</summary>
[Cmdlet(VerbsLifecycle.Start, "FlowScheduler", SupportsShouldProcess = true)]
[OutputType(typeof(FlowScheduleRun))]
public sealed class StartFlowSchedulerCommand : RegistrationCommand, IDisposable
{
    private readonly BlockingCollection<SchedulerLine> _lines = [];
    private readonly CancellationTokenSource _stop = new();

    /// <summary>A folder of scripts that say in <c>#FlowSchedule</c> lines when they run. Without it, what Register-FlowSchedule has registered for this scheduler.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Serve the scripts in the folders inside as well.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <summary>How many scheduled flows run at once. Others wait for their turn.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int ThrottleLimit { get; set; } = 10;

    /// <summary>How long runs may go on when the scheduler is told to end (SIGTERM), in seconds. Then they are stopped.</summary>
    [Parameter]
    [ValidateRange(0.0, 2_000_000)]
    [TimeLength(inSeconds: true)]
    public double GracePeriodSeconds { get; set; } = 30;

    /// <summary>Who is told when a run fails of which the registration does not say: what New-FlowNotification makes, an address to post to, or a program to start.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object[] OnFailure { get; set; } = [];

    /// <summary>The TCP port on which GET /health tells how the scheduler fares. None without it.</summary>
    [Parameter]
    [ValidateRange(1, ushort.MaxValue)]
    public int? HealthPort { get; set; }

    /// <summary>The host name that -HealthPort is asked by: localhost, or + for any, also from other computers.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string HealthAddress { get; set; } = HealthEndpoint.LocalAddress;

    /// <summary>The file that tells how the scheduler fares: written each ten seconds and whenever it says something.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HealthPath { get; set; }

    /// <summary>Give what became of each run.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing() => RequireFullLanguage();

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        IFlowSource source = OrThrow(FindSource);
        if (!ShouldProcess(source.Folder, "Serve scheduled flows"))
        {
            return;
        }

        using SchedulerService service = OrThrow(() => SchedulerService.Of(source, HistoryFile, ThrottleLimit, _lines.Add));
        using HealthEndpoint? endpoint = HealthPort is { } port ? OrThrow(() => HealthEndpoint.Listen(port, HealthAddress, service, TimeProvider.System)) : null;
        using HealthFile? health = HealthPath is { } path ? OrThrow(() => HealthFile.Keep(FullPath(path), service, TimeProvider.System, WarnOfHealth)) : null;

        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Handle(signal, service.Drain));
        using PosixSignalRegistration? hangUp = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => Handle(signal, service.Refresh));
        using CancellationTokenRegistration stop = _stop.Token.Register(service.Cancel);
        Task serving = Task.Run(() => service.Run(TimeSpan.FromSeconds(GracePeriodSeconds)));
        _ = serving.ContinueWith(_ => _lines.CompleteAdding(), TaskScheduler.Default);
        using ServiceNotifier? notifier = ServiceNotifier.Begin(service, Environment.GetEnvironmentVariable, TimeProvider.System);
        try
        {
            foreach (SchedulerLine line in _lines.GetConsumingEnumerable())
            {
                Write(line);
                health?.Refresh();
                notifier?.Refresh();
            }
        }
        finally
        {
            // Whoever stops reading has stopped the scheduler: nothing of it is left behind.
            service.Cancel();
            serving.GetAwaiter().GetResult();
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stop.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Dispose();
        _lines.Dispose();
    }

    private IFlowSource FindSource()
    {
        var factory = new NotificationFactory(this);
        FlowNotification[] onFailure = [.. OnFailure.Select(factory.Of)];
        return Path is { } path
            ? FlowSources.Scripts(FullPath(path), Recurse, HistoryFile, onFailure)
            : FlowSources.Registered(HistoryFile, onFailure);
    }

    private string FullPath(string path) => SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);

    private void WarnOfHealth(string text)
    {
        try
        {
            _lines.Add(new SchedulerLine(FlowLogLevel.Warning, text));
        }
        catch (InvalidOperationException)
        {
            // The scheduler has ended, and nothing is said any more.
        }
    }

    private static void Handle(PosixSignalContext signal, Action action)
    {
        signal.Cancel = true;
        action();
    }

    private void Write(SchedulerLine line)
    {
        switch (line.Level)
        {
            case FlowLogLevel.Debug or FlowLogLevel.Verbose:
                WriteVerbose(line.Text);
                break;
            case FlowLogLevel.Warning:
                WriteWarning(line.Text);
                break;
            default:
                WriteInformation(StreamRecords.Line(line.Text, isLog: true, foreground: line.Level == FlowLogLevel.Error ? ConsoleColor.Red : null));
                break;
        }

        if (PassThru && line.Run is { } run)
        {
            WriteObject(run);
        }
    }
}
