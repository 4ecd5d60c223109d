using System.Runtime.InteropServices;
using FlowModule.Bodies;
using FlowModule.Scripts;

namespace FlowModule.FlowHost.Running;

/// <summary>
/// Ctrl+C and SIGTERM: the first signal stops the script and its flow runs, whose finally blocks run. The second signal
/// ends the process at once, and so does the end of the grace period.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<PosixSignalRegistration> _registrations;
    private readonly Lock _gate = new();
    private Action? _stopScript;
    private Timer? _graceTimer;
    private bool _isInterruptedByHost;

    public StopSignals() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, context => OnSignal(context, ExitCodes.Interrupted)),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => OnSignal(context, ExitCodes.Terminated)),
    ];

    /// <summary>How long finally blocks may take.</summary>
    public TimeSpan Grace { get; } = TimeSpan.FromSeconds(10);

    /// <summary>The exit code of the signal, or null if there was none.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Makes the first signal call <paramref name="stopScript"/> until the result is disposed.</summary>
    public IDisposable Route(Action stopScript)
    {
        bool tooLate;
        lock (_gate)
        {
            _stopScript = stopScript;
            tooLate = ExitCode is not null;
        }

        if (tooLate)
        {
            stopScript();
        }

        return new Routing(this);
    }

    /// <summary>Handles a Ctrl+C that the host has received. The signal itself arrives here too, before or after.</summary>
    public void Interrupt() => Stop(ExitCodes.Interrupted, isByHost: true);

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _graceTimer?.Dispose();
        _stopping.Dispose();
    }

    private void OnSignal(PosixSignalContext context, int exitCode)
    {
        context.Cancel = true;
        Stop(exitCode, isByHost: false);
    }

    private void Stop(int exitCode, bool isByHost)
    {
        Action? stopScript;
        lock (_gate)
        {
            bool isSameKey = isByHost || (_isInterruptedByHost && exitCode == ExitCodes.Interrupted);
            if (ExitCode is not null && isSameKey)
            {
                _isInterruptedByHost = false;
                return;
            }

            if (ExitCode is not null)
            {
                ExitNow(exitCode);
            }

            ExitCode = exitCode;
            _isInterruptedByHost = isByHost;
            _graceTimer = new Timer(_ => ExitNow(exitCode), state: null, Grace, Timeout.InfiniteTimeSpan);
            stopScript = _stopScript;
        }

        // The runs first: code that waits on their tokens then returns, and does not block the pipeline's stop.
        FlowRuns.StopAll(exitCode == ExitCodes.Interrupted ? "Stopped by Ctrl+C." : "Stopped by SIGTERM.");
        _stopping.Cancel();
        stopScript?.Invoke();
        if (exitCode == ExitCodes.Terminated)
        {
            ChildProcesses.Send(ChildProcesses.Terminate);
        }
        else if (Console.IsInputRedirected && Console.IsOutputRedirected)
        {
            // The children did not get this Ctrl+C from a terminal.
            ChildProcesses.Send(ChildProcesses.Interrupt);
        }
    }

    private static void ExitNow(int exitCode)
    {
        ChildProcesses.Send(ChildProcesses.Kill);
        Environment.Exit(exitCode);
    }

    private sealed class Routing(StopSignals signals) : IDisposable
    {
        public void Dispose()
        {
            lock (signals._gate)
            {
                signals._stopScript = null;
            }
        }
    }
}
