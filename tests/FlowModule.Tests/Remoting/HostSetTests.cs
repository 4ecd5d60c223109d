using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using FlowModule.Remoting;
using FlowModule.Wire;

namespace FlowModule.Tests.Remoting;

/// <summary>Which machine gets the next worker.</summary>
public sealed class HostSetTests
{
    private readonly HashSet<string> _down = [];
    private readonly List<string> _asked = [];

    [Fact]
    public void Workers_are_spread_evenly()
    {
        HostSet hosts = Hosts(throttlePerHost: 2, "web1", "web2", "web3");

        Assert.Equal(6, hosts.Capacity);
        Assert.Equal(["web1", "web2", "web3", "web1", "web2", "web3"], Enumerable.Range(0, 6).Select(_ => Connect(hosts).HostName));
    }

    [Fact]
    public void A_machine_that_says_how_many_it_takes_gets_as_many()
    {
        var hosts = new HostSet([new RemoteHost("web1") { ThrottlePerHost = 3 }, new RemoteHost("web2")], 1, static (_, _, _) => throw new NotSupportedException());

        Assert.Equal(4, hosts.Capacity);
    }

    [Fact]
    public void A_place_that_becomes_free_is_taken_again()
    {
        HostSet hosts = Hosts(throttlePerHost: 1, "web1", "web2");
        Connect(hosts);
        IPeer second = Connect(hosts);

        second.Dispose();

        Assert.Equal("web2", Connect(hosts).HostName);
    }

    [Fact]
    public void Whoever_needs_no_place_any_more_does_not_wait_for_one()
    {
        HostSet hosts = Hosts(throttlePerHost: 1, "web1");
        Connect(hosts);

        Assert.Null(hosts.Connect(static _ => { }, new Need { IsNeeded = false }));
    }

    [Fact]
    public void Whoever_waits_for_a_place_has_those_given_up_that_nobody_uses()
    {
        HostSet hosts = Hosts(throttlePerHost: 1, "web1");
        IPeer idle = Connect(hosts);

        Assert.Equal("web1", hosts.Connect(static _ => { }, new Need { Waits = idle.Dispose })!.HostName);
    }

    [Fact]
    public void A_session_of_the_user_is_waited_for_until_its_worker_has_left_it()
    {
        var session = (PSSession)RuntimeHelpers.GetUninitializedObject(typeof(PSSession));
        var hosts = new HostSet(
            [new RemoteHost("mine") { Session = session }, new RemoteHost("web1")], 1, static (host, _, ended) => new Peer(host.Name, ended));
        IPeer[] peers = [Connect(hosts), Connect(hosts)];

        Assert.False(hosts.WaitForSessions(TimeSpan.Zero));
        peers.Single(static peer => peer.HostName == "mine").Dispose();

        Assert.True(hosts.WaitForSessions(TimeSpan.Zero));
    }

    [Fact]
    public void A_machine_that_cannot_be_reached_is_passed_by()
    {
        _down.Add("web1");
        HostSet hosts = Hosts(throttlePerHost: 4, "web1", "web2");

        Assert.Equal("web2", Connect(hosts).HostName);
        Assert.Equal("web2", Connect(hosts).HostName);
        Assert.Equal(["web1", "web2", "web2"], _asked);
        Assert.Null(hosts.TakeWarning());
    }

    [Fact]
    public void A_machine_that_fails_three_times_in_a_row_is_left_out_with_one_warning()
    {
        HostSet hosts = Hosts(throttlePerHost: 4, "web1", "web2");
        hosts.Failed("web1", "It burns.");
        hosts.Failed("web1", "It burns.");
        hosts.Worked("web1");
        for (int i = 0; i < 5; i++)
        {
            hosts.Failed("web1", "It burns.");
        }

        Assert.Equal("Host 'web1' is left out for the rest of the call: it has failed 3 times in a row. It burns.", hosts.TakeWarning());
        Assert.Null(hosts.TakeWarning());
        Assert.Equal(["web2", "web2", "web2", "web2"], Enumerable.Range(0, 4).Select(_ => Connect(hosts).HostName));
    }

    [Fact]
    public void The_next_call_tries_it_again()
    {
        _down.Add("web1");
        HostSet hosts = Hosts(throttlePerHost: 1, "web1");
        Assert.Throws<WorkerStartException>(() => Connect(hosts));

        _down.Clear();
        hosts.Forgive();

        Assert.Equal("web1", Connect(hosts).HostName);
        Assert.Null(hosts.TakeWarning());
    }

    [Fact]
    public void Without_a_machine_that_works_the_reason_of_the_last_is_told()
    {
        _down.UnionWith(["web1", "web2"]);
        HostSet hosts = Hosts(throttlePerHost: 1, "web1", "web2");

        WorkerStartException failure = Assert.Throws<WorkerStartException>(() => Connect(hosts));

        Assert.Equal(6, _asked.Count);
        Assert.Equal("No host is left: each of the 2 has failed 3 times in a row. Host 'web2' is down.", failure.Message);
    }

    [Fact]
    public void A_machine_of_another_version_is_refused_at_once()
    {
        var hosts = new HostSet([new RemoteHost("web1")], 1, (_, _, _) => throw new WireVersionException("Host 'web1'", 99, "9.9", "1.0"));

        Assert.Throws<WireVersionException>(() => Connect(hosts));
    }

    private static IPeer Connect(HostSet hosts) => hosts.Connect(static _ => { }, new Need())!;

    private HostSet Hosts(int throttlePerHost, params string[] names) => new([.. names.Select(name => new RemoteHost(name))], throttlePerHost, (host, _, ended) =>
    {
        _asked.Add(host.Name);
        return _down.Contains(host.Name) ? throw new WorkerStartException($"Host '{host.Name}' is down.") : new Peer(host.Name, ended);
    });

    private sealed class Need : IPeerNeed
    {
        public bool IsNeeded { get; init; } = true;

        internal Action Waits { get; init; } = static () => { };

        public void NotServed(string why) => throw new NotSupportedException();

        public void WaitsForPlace() => Waits();
    }

    private sealed class Peer(string name, Action ended) : IPeer
    {
        public FrameChannel Channel => throw new NotSupportedException();

        public string? HostName => name;

        public string Mark => string.Empty;

        public void WaitForStray() => throw new NotSupportedException();

        public string DescribeDeath() => throw new NotSupportedException();

        public void Kill() => throw new NotSupportedException();

        public void Dispose() => ended();
    }
}
