using System.Globalization;
using System.Net.Sockets;
using System.Text;
using FlowModule.Engine.Schedules.Health;

namespace FlowModule.Scheduling.Health;

/// <summary>
/// Reports to systemd the health of a scheduler that runs as a service of type <c>notify</c>: that it serves, what it is doing, that its loop
/// turns (WatchdogSec), and that it ends. The protocol is sd_notify(3).
/// </summary>
internal sealed class ServiceNotifier : IDisposable
{
    private const string SocketVariable = "NOTIFY_SOCKET";
    private const string IntervalVariable = "WATCHDOG_USEC";
    private const string ProcessVariable = "WATCHDOG_PID";

    /// <summary>The variables for the scheduler's own process, which processes that it starts must not inherit.</summary>
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
            // Half of the watchdog period, as sd_watchdog_enabled(3) recommends.
            _watchdog = time.CreateTimer(static state => ((ServiceNotifier)state!).KeepAlive(), this, TimeSpan.Zero, limit / 2);
        }
    }

    /// <summary>Reports to the service manager that the scheduler serves, and its health until this is disposed; null if there is no service manager.</summary>
    /// <param name="source">Provides the health of the scheduler.</param>
    /// <param name="environment">The variables of this process.</param>
    /// <param name="time">The clock for the watchdog.</param>
    internal static ServiceNotifier? Begin(IHealthSource source, Func<string, string?> environment, TimeProvider time)
    {
        if (OperatingSystem.IsWindows() || environment(SocketVariable) is not { Length: > 0 } address)
        {
            return null;
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            // An address with a leading @ is an abstract socket, whose name begins with a zero byte.
            socket.Connect(new UnixDomainSocketEndPoint(address[0] == '@' ? "\0" + address[1..] : address));
        }
        catch (Exception exception) when (exception is SocketException or ArgumentException)
        {
            socket.Dispose();
            return null;
        }

        return new ServiceNotifier(socket, source, WatchdogOf(environment), time);
    }

    /// <summary>Reports a change.</summary>
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

    /// <summary>Reports that the scheduler has ended.</summary>
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
        // A stuck scheduler must be restarted, so it does not notify the watchdog.
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
                // A service manager that is gone or restarting must not end its services.
            }
        }
    }
}
