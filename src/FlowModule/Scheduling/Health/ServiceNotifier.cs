using System.Globalization;
using System.Net.Sockets;
using System.Text;
using FlowModule.Engine.Schedules.Health;

namespace FlowModule.Scheduling.Health;

/// <summary>
/// Tells systemd how a scheduler fares that it has started as a service of type <c>notify</c>: that it serves, what it does, that its loop still
/// goes round (WatchdogSec), that it ends. The protocol is that of sd_notify(3).
/// </summary>
internal sealed class ServiceNotifier : IDisposable
{
    private const string SocketVariable = "NOTIFY_SOCKET";
    private const string IntervalVariable = "WATCHDOG_USEC";
    private const string ProcessVariable = "WATCHDOG_PID";

    /// <summary>The variables that are meant for the scheduler's own process, and for none that it starts.</summary>
    internal static readonly string[] Variables = [SocketVariable, IntervalVariable, ProcessVariable];

    private readonly object _gate = new();
    private readonly Socket _socket;
    private readonly IHealthSource _source;
    private readonly ITimer? _watchdog;
    private string? _status;
    private bool _isStopping;

    private ServiceNotifier(Socket socket, IHealthSource source, TimeSpan? watchdog, TimeProvider time)
    {
        _socket = socket;
        _source = source;
        Send("READY=1");
        Refresh();
        if (watchdog is { } limit)
        {
            // Half of the time that it may be silent, as sd_watchdog_enabled(3) advises.
            _watchdog = time.CreateTimer(static state => ((ServiceNotifier)state!).KeepAlive(), this, TimeSpan.Zero, limit / 2);
        }
    }

    /// <summary>Tells the service manager that the scheduler serves, and what comes of it until this is disposed; null where none wants to know.</summary>
    /// <param name="source">Says how the scheduler fares.</param>
    /// <param name="environment">The variables of this process.</param>
    /// <param name="time">Says when the watchdog must hear of it.</param>
    internal static ServiceNotifier? Begin(IHealthSource source, Func<string, string?> environment, TimeProvider time)
    {
        if (OperatingSystem.IsWindows() || environment(SocketVariable) is not { Length: > 0 } address)
        {
            return null;
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            // An address that begins with @ has no file: it stands for a name that begins with a zero.
            socket.Connect(new UnixDomainSocketEndPoint(address[0] == '@' ? "\0" + address[1..] : address));
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            socket.Dispose();
            return null;
        }

        return new ServiceNotifier(socket, source, WatchdogOf(environment), time);
    }

    /// <summary>Something has changed: tells it.</summary>
    internal void Refresh()
    {
        HealthReport report = _source.Now();
        if (report.Status == HealthStatus.Stopping)
        {
            Stop();
        }

        string status = report.Status == HealthStatus.Stopping
            ? $"STATUS=Ending; {report.Running} running"
            : $"STATUS=Serving {report.Schedules} flows; {report.Running} running{(report.NextRun is { } next ? next.ToLocalTime().ToString("'; next at 'yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : null)}";
        lock (_gate)
        {
            if (status == _status)
            {
                return;
            }

            _status = status;
        }

        Send(status);
    }

    /// <summary>Tells that the scheduler has ended.</summary>
    public void Dispose()
    {
        _watchdog?.Dispose();
        Stop();
        lock (_gate)
        {
            _socket.Dispose();
        }
    }

    private static TimeSpan? WatchdogOf(Func<string, string?> environment) =>
        long.TryParse(environment(IntervalVariable), NumberStyles.None, CultureInfo.InvariantCulture, out long microseconds) && microseconds > 0
        && (environment(ProcessVariable) is not { Length: > 0 } process || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;

    private void KeepAlive()
    {
        // One whose loop stands still is to be started anew: it says nothing.
        if (_source.Now().IsAlive)
        {
            Send("WATCHDOG=1");
        }

        Refresh();
    }

    private void Stop()
    {
        lock (_gate)
        {
            if (_isStopping)
            {
                return;
            }

            _isStopping = true;
        }

        Send("STOPPING=1");
    }

    private void Send(string text)
    {
        lock (_gate)
        {
            try
            {
                _socket.Send(Encoding.UTF8.GetBytes(text));
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // A service manager that is gone, or started anew, must not end what it has started.
            }
        }
    }
}
