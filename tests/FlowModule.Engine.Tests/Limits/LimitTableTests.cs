using FlowModule.Engine.Limits;

namespace FlowModule.Engine.Tests.Limits;

public sealed class LimitTableTestsInMemory() : LimitTableTests(LimitsAre.InMemory);

public sealed class LimitTableTestsStored() : LimitTableTests(LimitsAre.Stored);

public abstract class LimitTableTests : IDisposable
{
    private readonly LimitRig _rig;

    protected LimitTableTests(LimitsAre limits) => _rig = new LimitRig(limits);

    public void Dispose()
    {
        _rig.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void A_limit_is_made_changed_found_and_removed_by_its_name_in_any_case()
    {
        FlowLimit db = _rig.Table.Set("db", 3, null);
        FlowLimit api = _rig.Table.Set("Api", null, 10);

        Assert.Same(db, _rig.Table.Set("DB", 4, 20));
        Assert.Equal(("db", 4, 20), (db.Name, db.MaxConcurrency, db.PerSecond));
        Assert.Equal((null, 10), (api.MaxConcurrency, api.PerSecond));
        Assert.Same(db, _rig.Table.Find("Db"));
        Assert.Null(_rig.Table.Find("other"));
        Assert.Equal([api, db], _rig.Table.All());
        Assert.True(_rig.Table.Remove("dB"));
        Assert.False(_rig.Table.Remove("db"));
        Assert.Equal([api], _rig.Table.All());
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(-1, null)]
    [InlineData(null, 0)]
    public void A_limit_that_lets_nobody_go_is_refused(int? maxConcurrency, int? perSecond)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _rig.Table.Set("db", maxConcurrency, perSecond));
        Assert.Null(_rig.Table.Find("db"));
    }

    [Fact]
    public void Slots_are_given_at_once_while_there_are_some_and_then_in_the_order_of_the_requests()
    {
        FlowLimit db = _rig.Table.Set("db", 2, null);
        LimitLease[] leases = [.. "abcde".Select(name => _rig.Request(name.ToString(), "db"))];

        Assert.Equal(["a", "b"], _rig.Granted);
        Assert.Equal([true, true, false, false, false], leases.Select(lease => lease.IsGranted));
        Assert.Equal((2, 3), (db.Active, db.Waiting));

        leases[1].Dispose();
        leases[0].Dispose();
        Assert.Equal(["a", "b", "c", "d"], _rig.Granted);
        Assert.Equal((2, 1), (db.Active, db.Waiting));

        // IsGranted describes the moment of the request: a later check must not start what the callback has started.
        Assert.False(leases[2].IsGranted);
        Assert.Equal([false, false, true, true, false], leases.Select(lease => lease.IsHeld));
    }

    [Fact]
    public void A_request_of_no_limit_or_of_none_that_exists_is_granted_and_holds_nothing()
    {
        LimitLease lease = _rig.Request("a");
        LimitLease other = _rig.Request("b", "unknown");

        Assert.True(lease.IsGranted && other.IsGranted);
        lease.Lend();
        Assert.True(_rig.Reclaim("again", lease));
        lease.Dispose();
    }

    [Fact]
    public void A_limit_that_is_named_twice_counts_once()
    {
        FlowLimit db = _rig.Table.Set("db", 1, 5);

        LimitLease lease = _rig.Request("a", "db", "DB");

        Assert.True(lease.IsGranted);
        Assert.Equal(1, db.Active);
        lease.Dispose();
        Assert.Equal(0, db.Active);
    }

    [Fact]
    public void Slots_are_given_back_once_and_a_request_that_waits_is_withdrawn()
    {
        FlowLimit db = _rig.Table.Set("db", 1, null);
        LimitLease a = _rig.Request("a", "db");
        LimitLease b = _rig.Request("b", "db");
        LimitLease c = _rig.Request("c", "db");

        b.Dispose();
        Assert.Equal((1, 1), (db.Active, db.Waiting));
        a.Dispose();
        a.Dispose();
        b.Dispose();

        Assert.Equal(["a", "c"], _rig.Granted);
        Assert.Equal((1, 0), (db.Active, db.Waiting));
        c.Dispose();
        Assert.Equal(0, db.Active);
    }

    [Fact]
    public void Several_limits_are_taken_at_once_or_not_at_all()
    {
        FlowLimit db = _rig.Table.Set("db", 1, null);
        FlowLimit api = _rig.Table.Set("api", 1, null);
        LimitLease first = _rig.Request("db only", "db");
        LimitLease both = _rig.Request("both", "api", "db");

        Assert.False(both.IsGranted);
        Assert.Equal(0, api.Active);
        first.Dispose();

        Assert.Equal(["db only", "both"], _rig.Granted);
        Assert.Equal((1, 1), (db.Active, api.Active));
    }

    [Fact]
    public void One_that_needs_several_is_not_overtaken_for_ever_by_those_that_need_one()
    {
        _rig.Table.Set("db", 1, null);
        _rig.Table.Set("api", 1, null);
        LimitLease db = _rig.Request("db", "db");
        LimitLease both = _rig.Request("both", "db", "api");
        LimitLease api = _rig.Request("api", "api");

        Assert.False(api.IsGranted);
        db.Dispose();
        Assert.Equal(["db", "both"], _rig.Granted);
        both.Dispose();
        Assert.Equal(["db", "both", "api"], _rig.Granted);
    }

    [Fact]
    public void One_that_is_withdrawn_lets_those_behind_it_go()
    {
        _rig.Table.Set("db", 1, null);
        _rig.Table.Set("api", 1, null);
        _rig.Request("db", "db");
        LimitLease both = _rig.Request("both", "db", "api");
        _rig.Request("api", "api");

        both.Dispose();

        Assert.Equal(["db", "api"], _rig.Granted);
    }

    [Fact]
    public void One_that_is_granted_lets_those_behind_it_in_its_other_lines_go()
    {
        _rig.Table.Set("db", 1, null);
        _rig.Table.Set("api", 2, null);
        LimitLease db = _rig.Request("db", "db");
        _rig.Request("both", "db", "api");
        _rig.Request("api", "api");
        Assert.Equal(["db"], _rig.Granted);

        db.Dispose();

        Assert.Equal(["db", "both", "api"], _rig.Granted);
    }

    [Fact]
    public void A_raised_limit_lets_those_who_wait_go_and_a_lowered_one_takes_nothing_away()
    {
        FlowLimit db = _rig.Table.Set("db", 1, null);
        LimitLease[] leases = [.. "abcd".Select(name => _rig.Request(name.ToString(), "db"))];

        _rig.Table.Set("db", 3, null);
        Assert.Equal(["a", "b", "c"], _rig.Granted);
        _rig.Table.Set("db", 1, null);
        Assert.Equal(3, db.Active);
        leases[0].Dispose();
        leases[1].Dispose();
        Assert.Equal(["a", "b", "c"], _rig.Granted);
        leases[2].Dispose();
        Assert.Equal(["a", "b", "c", "d"], _rig.Granted);
        Assert.Equal(1, db.Active);
    }

    [Fact]
    public void A_removed_limit_lets_all_go_that_wait_for_nothing_else()
    {
        FlowLimit db = _rig.Table.Set("db", 1, null);
        FlowLimit api = _rig.Table.Set("api", 1, null);
        LimitLease a = _rig.Request("a", "db");
        LimitLease b = _rig.Request("b", "db");
        LimitLease c = _rig.Request("c", "db", "api");
        LimitLease d = _rig.Request("d", "api", "db");

        Assert.True(_rig.Table.Remove("db"));

        Assert.Equal(["a", "b", "c"], _rig.Granted);
        Assert.Equal((0, 0, 1, 1), (db.Active, db.Waiting, api.Active, api.Waiting));
        Array.ForEach([a, b, c], lease => lease.Dispose());
        Assert.Equal(["a", "b", "c", "d"], _rig.Granted);
        Assert.Equal((0, 1), (db.Active, api.Active));
        d.Lend();
        Assert.True(_rig.Reclaim("d", d));
    }

    [Fact]
    public void A_limit_made_anew_knows_nothing_of_slots_of_the_one_removed()
    {
        _rig.Table.Set("db", 1, null);
        LimitLease old = _rig.Request("old", "db");
        _rig.Table.Remove("db");
        FlowLimit db = _rig.Table.Set("db", 1, null);
        LimitLease held = _rig.Request("new", "db");
        _rig.Request("waiting", "db");

        old.Dispose();

        Assert.Equal((1, 1), (db.Active, db.Waiting));
        held.Dispose();
        Assert.Equal(["old", "new", "waiting"], _rig.Granted);
    }

    [Fact]
    public void A_great_many_that_end_as_soon_as_they_are_granted_do_not_grow_the_stack()
    {
        int count = _rig.Table is LimitTable ? 100_000 : 2_000;
        FlowLimit db = _rig.Table.Set("db", 1, null);
        _rig.Table.Set("api", 1, null);
        LimitLease first = _rig.Request("first", "db");
        var leases = new LimitLease[count];
        int granted = 0;
        for (int i = 0; i < count; i++)
        {
            int index = i;
            leases[i] = _rig.Table.Request(["db", "api"], () =>
            {
                Assert.Equal(index, granted++);
                leases[index].Dispose();
            });
        }

        Assert.Equal(count, db.Waiting);
        first.Dispose();

        Assert.Equal(count, granted);
        Assert.Equal((0, 0), (db.Active, db.Waiting));
    }

    [Fact]
    public void A_callback_that_throws_keeps_none_of_the_others_from_theirs()
    {
        _rig.Table.Set("db", 1, null);
        LimitLease first = _rig.Request("first", "db");
        _rig.Table.Request(["db"], () => throw new InvalidOperationException("it broke"));
        _rig.Request("last", "db");

        first.Dispose();
        _rig.Table.Set("db", 2, null);

        Assert.Equal(["first", "last"], _rig.Granted);
    }

    [Fact]
    public void No_callback_comes_after_the_end_of_a_lease_that_was_granted_meanwhile()
    {
        _rig.Table.Set("db", 1, null);
        LimitLease first = _rig.Request("first", "db");
        LimitLease? third = null;
        LimitLease second = _rig.Table.Request(["db"], () =>
        {
            // Both were granted together, and this one is called first: the third ends before it is called.
            third!.Dispose();
            _rig.Granted.Add("second");
        });
        third = _rig.Request("third", "db");

        _rig.Table.Set("db", 3, null);

        Assert.Equal(["first", "second"], _rig.Granted);
        Assert.Equal(2, _rig.Table.Find("db")!.Active);
        first.Dispose();
        second.Dispose();
    }
}
