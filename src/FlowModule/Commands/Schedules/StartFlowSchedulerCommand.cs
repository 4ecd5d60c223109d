using System.Collections.Concurrent;
using System.Management.Automation;
using System.Runtime.InteropServices;
using FlowModule.Scheduling.Health;
using FlowModule.Scheduling.Notifications;
using FlowModule.Scheduling.Scripts;
using FlowModule.Scheduling.Serving;
using FlowModule.Streams;

namespace FlowModule.Commands;

/// <summary>Runs scheduled flows until it is stopped: those of a folder of scripts, or those that are registered for it.</summary>
[Cmdlet(VerbsLifecycle.Start, "FlowScheduler", SupportsShouldProcess = true)]
[OutputType(typeof(FlowScheduleRun))]
public sealed class StartFlowSchedulerCommand : RegistrationCommand, IDisposable
{
    private readonly BlockingCollection<SchedulerLine> _lines = [];
    private readonly CancellationTokenSource _stop = new();

    /// <summary>A folder of scripts with <c>#FlowSchedule</c> lines. Without it, the scheduler serves what Register-FlowSchedule has registered for it.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Whether to serve scripts in subfolders too.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <summary>How many scheduled flows run at once. Others wait for their turn.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int ThrottleLimit { get; set; } = 10;

    /// <summary>How long runs may continue after SIGTERM, in seconds. Then they are stopped.</summary>
    [Parameter]
    [ValidateRange(0.0, 2_000_000)]
    [Duration(inSeconds: true)]
    public double GracePeriodSeconds { get; set; } = 30;

    /// <summary>
    /// Who is notified when a run fails whose registration does not say: notifications from New-FlowNotification, addresses to post to, or programs to start.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object[] OnFailure { get; set; } = [];

    /// <summary>The TCP port on which GET /health returns the health of the scheduler. Without it, there is none.</summary>
    [Parameter]
    [ValidateRange(1, ushort.MaxValue)]
    public int? HealthPort { get; set; }

    /// <summary>The host name for -HealthPort: localhost, or + for any name, also from other computers.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string HealthAddress { get; set; } = HealthEndpoint.LocalAddress;

    /// <summary>The file for the health of the scheduler, written every ten seconds and whenever it writes a line.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? HealthPath { get; set; }

    /// <summary>Whether to return what happened to each run.</summary>
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
        using HealthEndpoint? endpoint = HealthPort is { } port ? OrThrow(() => Healthy(() => HealthEndpoint.Listen(port, HealthAddress, service, TimeProvider.System))) : null;
        using HealthFile? health = HealthPath is { } path ? OrThrow(() => Healthy(() => HealthFile.Keep(FullPath(path), service, TimeProvider.System, WarnOfHealth))) : null;

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
            // If the reader of the output stops, the scheduler must stop too and leave nothing running.
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

    /// <exception cref="FlowException">The health of the scheduler cannot be told where it was asked for.</exception>
    private static T Healthy<T>(Func<T> open)
    {
        try
        {
            return open();
        }
        catch (HealthException exception)
        {
            throw HealthErrors.ToError(exception);
        }
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
            // The scheduler has ended, so there is nothing more to say.
        }
    }

    private static void Handle(PosixSignalContext signal, Action action)
    {
        signal.Cancel = true;
        action();
    }

    private void Write(SchedulerLine line)
    {
        using OutputSource.Scope about = OutputSource.About(line.Facts);
        switch (line.Level)
        {
            case FlowLogLevel.Debug or FlowLogLevel.Verbose:
                WriteVerbose(line.Text);
                break;
            case FlowLogLevel.Warning:
                WriteWarning(line.Text);
                break;
            default:
                WriteInformation(StreamRecords.Line(line.Text, line.Facts, foreground: line.Level == FlowLogLevel.Error ? ConsoleColor.Red : null));
                break;
        }

        if (PassThru && line.Run is { } run)
        {
            WriteObject(run);
        }
    }
}
