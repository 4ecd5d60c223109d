using System.Runtime.InteropServices;
using FlowModule.Bodies;
using FlowModule.Engine.Processes;

namespace FlowModule.Scheduling.Instances;

/// <summary>Stops the script of this process and its flow runs; their finally blocks run. After a grace period, the process ends.</summary>
internal sealed class InstanceStop : IDisposable
{
    /// <summary>How long finally blocks may take.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    private readonly object _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<PosixSignalRegistration> _signals = [];
    private Action? _stopScript;
    private Timer? _timer;
    private bool _isOver;

    internal InstanceStop()
    {
        foreach (PosixSignal signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT })
        {
            _signals.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Request($"Stopped by {signal}.");
            }));
        }
    }

    /// <summary>Why it is stopped; null if it is not.</summary>
    internal string? Reason { get; private set; }

    /// <summary>Cancelled when it is stopped.</summary>
    internal CancellationToken Token => _stopping.Token;

    internal void Request(string reason)
    {
        Action? stopScript;
        lock (_gate)
        {
            if (_isOver || Reason is not null || _stopping.IsCancellationRequested)
            {
                return;
            }

            Reason = reason;
            _timer = new Timer(static _ => ProcessGroup.EndOwn(), state: null, Grace, Timeout.InfiniteTimeSpan);
            stopScript = _stopScript;
            ProcessGroup.EndOwnWithThis();
        }

        // The runs first: code that waits on their tokens then returns, and does not block the script's stop.
        FlowRuns.StopAll(reason);
        CancelQuietly();
        stopScript?.Invoke();
        ChildProcesses.Send(ChildProcesses.Terminate);
    }

    /// <summary>Calls an action on a stop request, until the result is disposed; at once if there already is one.</summary>
    internal IDisposable Route(Action stopScript)
    {
        bool isTooLate;
        lock (_gate)
        {
            _stopScript = stopScript;
            isTooLate = Reason is not null;
        }

        if (isTooLate)
        {
            stopScript();
        }

        return new Routing(this);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            // The pipe also ends at the normal end of each process: this is no request to stop, and programs that the script has left continue.
            _isOver = true;
        }

        _signals.ForEach(static signal => signal.Dispose());
        _timer?.Dispose();
        _stopping.Dispose();
    }

    private void CancelQuietly()
    {
        try
        {
            _stopping.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The script has already ended.
        }
    }

    private sealed class Routing(InstanceStop stop) : IDisposable
    {
        public void Dispose()
        {
            lock (stop._gate)
            {
                stop._stopScript = null;
            }
        }
    }
}
