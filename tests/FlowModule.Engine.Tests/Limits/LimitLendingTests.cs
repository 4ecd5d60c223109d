using FlowModule.Engine.Limits;

namespace FlowModule.Engine.Tests.Limits;

public sealed class LimitLendingTestsInMemory() : LimitLendingTests(LimitsAre.InMemory);

public sealed class LimitLendingTestsStored() : LimitLendingTests(LimitsAre.Stored);

public abstract class LimitLendingTests : IDisposable
{
    private readonly LimitRig _rig;

    protected LimitLendingTests(LimitsAre limits) => _rig = new LimitRig(limits);

    public void Dispose()
    {
        _rig.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void A_parent_that_lends_lets_its_children_through_and_gets_its_slot_back()
    {
        FlowLimit db = _rig.Table.Set("db", 1, null);
        LimitLease parent = _rig.Request("parent", "db");
        LimitLease child = _rig.Request("child", "db");

        parent.Lend();
        Assert.Equal(["parent", "child"], _rig.Granted);
        Assert.Equal((1, false), (db.Active, parent.IsHeld));
        Assert.False(_rig.Reclaim("parent again", parent));
        child.Dispose();

        Assert.Equal(["parent", "child", "parent again"], _rig.Granted);
        Assert.True(parent.IsHeld);
    }

    [Fact]
    public void One_that_wants_its_slot_back_goes_before_those_who_are_new()
    {
        _rig.Table.Set("db", 1, null);
        LimitLease a = _rig.Request("a", "db");
        LimitLease b = _rig.Request("b", "db");
        _rig.Request("c", "db");

        a.Lend();
        _rig.Reclaim("a again", a);
        b.Dispose();

        Assert.Equal(["a", "b", "a again"], _rig.Granted);
        a.Dispose();
        Assert.Equal(["a", "b", "a again", "c"], _rig.Granted);
    }

    [Fact]
    public void Several_that_want_their_slots_back_are_served_in_the_order_in_which_they_ask()
    {
        _rig.Table.Set("db", 1, null);
        LimitLease a = _rig.Request("a", "db");
        LimitLease b = _rig.Request("b", "db");
        a.Lend();
        LimitLease c = _rig.Request("c", "db");
        b.Lend();
        _rig.Reclaim("b again", b);
        _rig.Reclaim("a again", a);

        c.Dispose();
        Assert.Equal(["a", "b", "c", "b again"], _rig.Granted);
        b.Dispose();
        Assert.Equal(["a", "b", "c", "b again", "a again"], _rig.Granted);
    }

    [Fact]
    public void What_nobody_took_meanwhile_is_back_at_once()
    {
        FlowLimit db = _rig.Table.Set("db", 1, null);
        LimitLease lease = _rig.Request("a", "db");

        lease.Lend();
        lease.Lend();
        Assert.Equal(0, db.Active);
        Assert.True(_rig.Reclaim("again", lease));
        Assert.True(_rig.Reclaim("held anyway", lease));

        Assert.Equal((1, 0), (db.Active, db.Waiting));
    }

    [Fact]
    public void Getting_a_slot_back_is_no_new_start()
    {
        _rig.Table.Set("db", null, 1);
        LimitLease lease = _rig.Request("a", "db");
        _rig.Request("b", "db");

        lease.Lend();
        Assert.True(_rig.Reclaim("a again", lease));
        _rig.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(["a", "a again", "b"], _rig.Granted);
    }

    [Fact]
    public void A_lease_may_end_while_it_is_lent_or_wanted_back()
    {
        FlowLimit db = _rig.Table.Set("db", 1, null);
        LimitLease a = _rig.Request("a", "db");
        LimitLease b = _rig.Request("b", "db");
        a.Lend();
        b.Lend();
        LimitLease c = _rig.Request("c", "db");
        _rig.Reclaim("b again", b);

        a.Dispose();
        b.Dispose();
        Assert.Equal((1, 0), (db.Active, db.Waiting));
        c.Dispose();

        Assert.Equal(["a", "b", "c"], _rig.Granted);
        Assert.Equal(0, db.Active);
        Assert.True(a.Reclaim(() => { }));
        Assert.Equal(0, db.Active);
    }

    [Fact]
    public void Lending_again_withdraws_the_wish_to_have_it_back()
    {
        FlowLimit db = _rig.Table.Set("db", 1, null);
        LimitLease a = _rig.Request("a", "db");
        LimitLease b = _rig.Request("b", "db");
        a.Lend();
        _rig.Reclaim("a again", a);
        _rig.Request("c", "db");

        a.Lend();
        b.Dispose();

        Assert.Equal(["a", "b", "c"], _rig.Granted);
        Assert.Equal((1, 0), (db.Active, db.Waiting));
    }

    [Fact]
    public void One_that_waits_has_nothing_to_lend_and_cannot_wait_twice()
    {
        FlowLimit db = _rig.Table.Set("db", 1, null);
        LimitLease a = _rig.Request("a", "db");
        LimitLease b = _rig.Request("b", "db");

        b.Lend();
        Assert.Equal((1, 1), (db.Active, db.Waiting));
        Assert.Throws<InvalidOperationException>(() => b.Reclaim(() => { }));
        a.Dispose();

        Assert.Equal(["a", "b"], _rig.Granted);
    }
}
