using System.Globalization;
using System.Net.Sockets;
using System.Text;
using FlowModule.Engine.Schedules.Health;
using FlowModule.Scheduling.Health;
using FlowModule.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Tests.Scheduling;

/// <summary>The messages to a service manager, at a real socket like systemd's.</summary>
public sealed class ServiceNotifierTests : IDisposable, IHealthSource
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();
    private readonly Socket _manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 60_000 };
    private readonly FakeTimeProvider _time = new(Noon);
    private readonly Dictionary<string, string> _environment = [];
    private HealthReport _health = new() { Status = HealthStatus.Ok, Time = Noon, Heartbeat = Noon, Started = Noon, Schedules = 2, Running = 0 };

    public ServiceNotifierTests()
    {
        string path = Path.Combine(_folder.FullPath, "notify");
        if (!OperatingSystem.IsWindows())
        {
            _manager.Bind(new UnixDomainSocketEndPoint(path));
        }

        _environment["NOTIFY_SOCKET"] = path;
    }

    public void Dispose()
    {
        _manager.Dispose();
        _folder.Dispose();
    }

    HealthReport IHealthSource.Now() => _health;

    [UnixOnlyFact]
    public void It_says_that_it_serves_what_changes_and_that_it_ends()
    {
        using (ServiceNotifier notifier = Begin()!)
        {
            Assert.Equal(["READY=1", "STATUS=Serving 2 flows; 0 running"], [Heard(), Heard()]);

            notifier.Refresh();
            DateTimeOffset next = Noon.AddHours(1);
            _health = _health with { Running = 1, NextRun = next };
            notifier.Refresh();
            Assert.Equal(next.ToLocalTime().ToString("'STATUS=Serving 2 flows; 1 running; next at 'yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture), Heard());

            _health = _health with { Status = HealthStatus.Stopping };
            notifier.Refresh();
            Assert.Equal(["STOPPING=1", "STATUS=Ending; 1 running"], [Heard(), Heard()]);
        }

        Assert.Equal(0, _manager.Available);
    }

    [UnixOnlyFact]
    public void One_that_ends_without_a_word_before_says_so_once()
    {
        Begin()!.Dispose();

        Assert.Equal(["READY=1", "STATUS=Serving 2 flows; 0 running", "STOPPING=1"], [Heard(), Heard(), Heard()]);
        Assert.Equal(0, _manager.Available);
    }

    [UnixOnlyFact]
    public void The_watchdog_hears_of_it_twice_as_often_as_it_must_and_not_when_its_loop_stands_still()
    {
        _environment["WATCHDOG_USEC"] = "60000000";
        _environment["WATCHDOG_PID"] = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        using ServiceNotifier notifier = Begin()!;
        Assert.Equal(["READY=1", "STATUS=Serving 2 flows; 0 running"], [Heard(), Heard()]);

        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(["WATCHDOG=1", "WATCHDOG=1"], [Heard(), Heard()]);

        _health = _health with { Time = Noon.AddSeconds(60) };
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(0, _manager.Available);
    }

    [UnixOnlyFact]
    public void A_watchdog_of_another_process_is_not_its_own()
    {
        _environment["WATCHDOG_USEC"] = "60000000";
        _environment["WATCHDOG_PID"] = "1";
        using ServiceNotifier notifier = Begin()!;
        Assert.Equal(["READY=1", "STATUS=Serving 2 flows; 0 running"], [Heard(), Heard()]);

        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(0, _manager.Available);
    }

    [Fact]
    public void Where_no_service_manager_wants_to_know_there_is_nothing_to_tell()
    {
        _environment.Clear();
        Assert.Null(Begin());
        _environment["NOTIFY_SOCKET"] = Path.Combine(_folder.FullPath, "none");
        Assert.Null(Begin());
    }

    [UnixOnlyFact]
    public void A_service_manager_that_is_gone_ends_nothing()
    {
        using ServiceNotifier notifier = Begin()!;
        _manager.Close();
        _health = _health with { Running = 2 };

        notifier.Refresh();
    }

    private ServiceNotifier? Begin() => ServiceNotifier.Begin(this, _environment.GetValueOrDefault, _time);

    private string Heard()
    {
        byte[] buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, _manager.Receive(buffer));
    }
}
