using FlowModule.Engine.Limits;

namespace FlowModule.Engine.Tests.Limits;

public sealed class LimitPerSecondTestsInMemory() : LimitPerSecondTests(LimitsAre.InMemory);

public sealed class LimitPerSecondTestsStored() : LimitPerSecondTests(LimitsAre.Stored);

public abstract class LimitPerSecondTests : IDisposable
{
    private readonly LimitRig _rig;

    protected LimitPerSecondTests(LimitsAre limits) => _rig = new LimitRig(limits);

    public void Dispose()
    {
        _rig.Dispose();
        GC.SuppressFinalize(this);
    }

    private void RequestMany(int count, params string[] limits)
    {
        for (int i = 0; i < count; i++)
        {
            _rig.Request("r", limits).Dispose();
        }
    }

    private void Advance(int milliseconds) => _rig.Time.Advance(TimeSpan.FromMilliseconds(milliseconds));

    [Fact]
    public void So_many_start_in_a_second_and_the_rest_in_those_that_follow()
    {
        _rig.Table.Set("api", null, 3);
        LimitLease[] leases = [.. Enumerable.Range(0, 8).Select(_ => _rig.Request("r", "api"))];

        Assert.Equal(3, leases.Count(lease => lease.IsHeld));
        Advance(999);
        Assert.Equal(3, leases.Count(lease => lease.IsHeld));
        Advance(1);
        Assert.Equal(6, leases.Count(lease => lease.IsHeld));
        Advance(1000);
        Assert.Equal(8, leases.Count(lease => lease.IsHeld));
    }

    [Fact]
    public void The_second_is_any_second_and_not_that_of_the_clock()
    {
        _rig.Table.Set("api", null, 2);
        RequestMany(1, "api");
        Advance(900);
        RequestMany(1, "api");
        LimitLease[] leases = [.. Enumerable.Range(0, 2).Select(_ => _rig.Request("r", "api"))];

        Advance(99);
        Assert.Equal(0, leases.Count(lease => lease.IsHeld));
        Advance(1);
        Assert.Equal(1, leases.Count(lease => lease.IsHeld));
        Advance(899);
        Assert.Equal(1, leases.Count(lease => lease.IsHeld));
        Advance(1);
        Assert.Equal(2, leases.Count(lease => lease.IsHeld));
    }

    [Fact]
    public void A_start_counts_though_it_was_over_at_once()
    {
        _rig.Table.Set("api", 1, 2);
        RequestMany(2, "api");

        Assert.False(_rig.Request("late", "api").IsGranted);
    }

    [Fact]
    public void A_slot_that_is_free_does_not_help_while_the_second_is_full_nor_the_other_way()
    {
        _rig.Table.Set("api", 1, 1);
        LimitLease a = _rig.Request("a", "api");
        _rig.Request("b", "api");
        LimitLease c = _rig.Request("c", "api");

        Advance(1000);
        Assert.Equal(["a"], _rig.Granted);
        a.Dispose();
        Assert.Equal(["a", "b"], _rig.Granted);
        c.Dispose();
        Advance(5000);
        Assert.Equal(["a", "b"], _rig.Granted);
    }

    [Fact]
    public void Two_rates_and_a_slot_are_kept_together()
    {
        _rig.Table.Set("slow", null, 1);
        _rig.Table.Set("fast", 1, 10);
        LimitLease a = _rig.Request("a", "slow", "fast");
        LimitLease b = _rig.Request("b", "fast", "slow");
        _rig.Request("c", "fast");

        a.Dispose();
        Assert.Equal(["a"], _rig.Granted);
        Advance(1000);
        Assert.Equal(["a", "b"], _rig.Granted);
        b.Dispose();
        Assert.Equal(["a", "b", "c"], _rig.Granted);
    }

    [Fact]
    public void A_rate_that_is_raised_or_lifted_lets_those_who_wait_go_at_once()
    {
        _rig.Table.Set("api", null, 1);
        LimitLease[] leases = [.. Enumerable.Range(0, 5).Select(_ => _rig.Request("r", "api"))];

        _rig.Table.Set("api", null, 3);
        Assert.Equal(3, leases.Count(lease => lease.IsHeld));
        _rig.Table.Set("api", null, null);
        Assert.Equal(5, leases.Count(lease => lease.IsHeld));
    }

    [Fact]
    public void A_rate_that_is_lowered_counts_what_was_granted_before()
    {
        _rig.Table.Set("api", null, 4);
        RequestMany(2, "api");
        Advance(500);
        RequestMany(2, "api");
        _rig.Table.Set("api", null, 2);
        LimitLease lease = _rig.Request("r", "api");

        Advance(999);
        Assert.False(lease.IsHeld);
        Advance(1);
        Assert.True(lease.IsHeld);
    }

    [Fact]
    public void A_limit_removed_while_a_timer_runs_is_never_heard_of_again()
    {
        _rig.Table.Set("api", null, 1);
        RequestMany(1, "api");
        LimitLease lease = _rig.Request("waiting", "api");

        _rig.Table.Remove("api");
        Assert.True(lease.IsHeld);
        Advance(5000);

        Assert.Equal(["r", "waiting"], _rig.Granted);
    }
}
