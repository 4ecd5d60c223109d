using FlowModule.Engine.Limits;

namespace FlowModule.Engine.Tests.Limits;

/// <summary>Limits that several processes share, and what happens when one dies or the history cannot be used.</summary>
public sealed class StoredLimitTests : IDisposable
{
    private readonly LimitRig _rig = new(LimitsAre.Stored, processes: 3);

    public void Dispose() => _rig.Dispose();

    private void LearnOfOthers() => _rig.Advance(50);

    [Fact]
    public void A_limit_is_everyones_and_is_there_when_all_have_ended()
    {
        _rig.Tables[0].Set("db", 1, null);
        FlowLimit db = _rig.Tables[1].Find("DB")!;
        Assert.Equal(("db", 1, null), (db.Name, db.MaxConcurrency, db.PerSecond));
        _rig.Tables[2].Set("Db", 5, 7);
        Assert.Equal(("db", 5, 7), (db.Name, db.MaxConcurrency, db.PerSecond));

        _rig.Kill(0);
        _rig.Kill(1);
        _rig.Kill(2);
        Assert.Equal(5, Assert.Single(_rig.Table.All()).MaxConcurrency);
        Assert.True(_rig.Tables[2].Remove("dB"));
        Assert.Null(_rig.Table.Find("db"));
    }

    [Fact]
    public void Names_are_the_same_in_any_case_beyond_ASCII_too()
    {
        _rig.Tables[0].Set("Größe-É", 1, null);

        Assert.NotNull(_rig.Tables[1].Find("grÖße-é"));
    }

    [Fact]
    public void Slots_are_given_in_the_order_of_the_requests_whosever_they_are()
    {
        FlowLimit db = _rig.Table.Set("db", 1, null);
        LimitLease a = _rig.Request(0, "a", "db");
        LimitLease b = _rig.Request(1, "b", "db");
        LimitLease c = _rig.Request(2, "c", "db");
        LimitLease d = _rig.Request(0, "d", "db");
        Assert.Equal((1, 3), (db.Active, db.Waiting));

        foreach (LimitLease lease in new[] { a, b, c })
        {
            lease.Dispose();
            LearnOfOthers();
        }

        Assert.Equal(["a", "b", "c", "d"], _rig.Granted);
        Assert.True(d.IsHeld);
        Assert.Equal((1, 0), (db.Active, db.Waiting));
    }

    [Fact]
    public void What_one_lends_another_gets_and_the_one_gets_it_back_before_those_who_are_new()
    {
        _rig.Table.Set("db", 1, null);
        LimitLease a = _rig.Request(0, "a", "db");
        LimitLease b = _rig.Request(1, "b", "db");
        _rig.Request(2, "c", "db");

        a.Lend();
        LearnOfOthers();
        Assert.False(_rig.Reclaim("a again", a));
        b.Dispose();
        LearnOfOthers();

        Assert.Equal(["a", "b", "a again"], _rig.Granted);
        a.Dispose();
        LearnOfOthers();
        Assert.Equal(["a", "b", "a again", "c"], _rig.Granted);
    }

    [Fact]
    public void A_raised_limit_and_a_removed_one_let_those_of_other_processes_go()
    {
        _rig.Table.Set("db", 1, null);
        _rig.Request(0, "a", "db");
        _rig.Request(1, "b", "db");
        _rig.Request(2, "c", "db");

        _rig.Table.Set("db", 2, null);
        LearnOfOthers();
        Assert.Equal(["a", "b"], _rig.Granted);
        _rig.Tables[1].Remove("db");
        LearnOfOthers();
        Assert.Equal(["a", "b", "c"], _rig.Granted);
    }

    [Fact]
    public void A_holder_that_dies_gives_back_what_it_had_and_one_that_waited_is_passed_over()
    {
        FlowLimit db = _rig.Table.Set("db", 1, null);
        _rig.Request(1, "dies", "db");
        _rig.Request(1, "dies too", "db");
        _rig.Request(0, "lives", "db");

        _rig.Kill(1);
        _rig.Advance(1_100);

        Assert.Equal(["dies", "lives"], _rig.Granted);
        Assert.Equal((1, 0), (db.Active, db.Waiting));
    }

    [Fact]
    public void What_the_dead_held_is_gone_when_anyone_looks_at_the_limits()
    {
        _rig.Table.Set("db", 1, null);
        _rig.Request(1, "dies", "db");
        _rig.Kill(1);

        Assert.Equal(0, Assert.Single(_rig.Table.All()).Active);
    }

    [Fact]
    public void After_the_clock_was_set_back_nobody_waits_longer_than_a_second()
    {
        _rig.Table.Set("api", null, 1);
        _rig.Request(0, "a", "api");

        // Another machine's clock, or this one before it was corrected.
        _rig.Time.AdjustTime(_rig.Time.GetUtcNow() - TimeSpan.FromHours(1));
        LimitLease late = _rig.Request(1, "b", "api");
        Assert.False(late.IsGranted);
        _rig.Advance(1_000);

        Assert.Equal(["a", "b"], _rig.Granted);
    }

    [Fact]
    public void A_process_takes_over_the_slots_of_a_run_that_it_executes_for_another()
    {
        FlowLimit db = _rig.Table.Set("db", 1, null);
        LimitLease parents = _rig.Request(0, "parent", "db");
        LimitLease childs = _rig.Tables[1].Adopt(parents.Shared!)!;
        Assert.True(childs.IsHeld);
        LimitLease inside = _rig.Request(1, "inside", "db");

        childs.Lend();
        Assert.Equal(["parent", "inside"], _rig.Granted);
        Assert.False(_rig.Reclaim("child again", childs));
        inside.Dispose();
        Assert.Equal(["parent", "inside", "child again"], _rig.Granted);
        childs.Dispose();
        parents.Dispose();

        Assert.Equal((0, 0), (db.Active, db.Waiting));
    }

    [Fact]
    public void Slots_that_were_taken_over_are_returned_by_the_process_whose_they_are()
    {
        FlowLimit db = _rig.Table.Set("db", 1, null);
        LimitLease parents = _rig.Request(0, "parent", "db");
        _rig.Request(2, "waits", "db");

        // Its body has ended there, perhaps because its worker was lost: the parent may begin it again, with the same slots.
        _rig.Tables[1].Adopt(parents.Shared!)!.Dispose();
        LearnOfOthers();
        Assert.Equal(["parent"], _rig.Granted);
        Assert.Equal((1, 1), (db.Active, db.Waiting));

        _rig.Tables[2].Adopt(parents.Shared!)!.Dispose();
        parents.Dispose();
        LearnOfOthers();
        Assert.Equal(["parent", "waits"], _rig.Granted);
    }

    [Fact]
    public void When_the_child_dies_that_has_lent_them_they_are_free()
    {
        FlowLimit db = _rig.Table.Set("db", 1, null);
        LimitLease parents = _rig.Request(0, "parent", "db");
        LimitLease childs = _rig.Tables[1].Adopt(parents.Shared!)!;
        childs.Lend();
        _rig.Request(1, "inside", "db");
        _rig.Request(2, "waits", "db");

        _rig.Kill(1);
        _rig.Advance(1_100);
        Assert.Equal(["parent", "inside", "waits"], _rig.Granted);
        parents.Dispose();

        Assert.Equal((1, 0), (db.Active, db.Waiting));
    }

    [Fact]
    public void A_body_that_begins_again_has_the_slots_that_were_held_for_it_and_nothing_that_its_former_process_says_late_changes_that()
    {
        FlowLimit db = _rig.Table.Set("db", 1, null);
        LimitLease parents = _rig.Request(0, "parent", "db");
        LimitLease childs = _rig.Tables[1].Adopt(parents.Shared!)!;
        _rig.Request(2, "waits", "db");

        Assert.True(_rig.Regain("again", parents));
        childs.Lend();
        LearnOfOthers();
        Assert.Equal((1, 1), (db.Active, db.Waiting));
        _rig.Kill(1);
        _rig.Advance(1_100);
        Assert.Equal((1, 1), (db.Active, db.Waiting));
        Assert.True(_rig.Tables[2].Adopt(parents.Shared!)!.IsHeld);

        parents.Dispose();
        LearnOfOthers();
        Assert.Equal(["parent", "again", "waits"], _rig.Granted);
    }

    [Fact]
    public void A_body_that_begins_again_waits_for_slots_that_its_former_process_had_lent()
    {
        FlowLimit db = _rig.Table.Set("db", 1, null);
        LimitLease parents = _rig.Request(0, "parent", "db");
        _rig.Tables[1].Adopt(parents.Shared!)!.Lend();
        LimitLease other = _rig.Request(2, "other", "db");

        Assert.False(_rig.Regain("again", parents));
        _rig.Request(2, "later", "db");
        Assert.Equal((1, 2), (db.Active, db.Waiting));
        other.Dispose();
        LearnOfOthers();
        Assert.Equal(["parent", "other", "again"], _rig.Granted);

        parents.Dispose();
        LearnOfOthers();
        Assert.Equal(["parent", "other", "again", "later"], _rig.Granted);
        Assert.Equal((1, 0), (db.Active, db.Waiting));
    }

    [Fact]
    public void A_body_that_begins_again_waits_for_slots_that_were_freed_with_the_end_of_its_former_process()
    {
        FlowLimit db = _rig.Table.Set("db", 1, null);
        LimitLease parents = _rig.Request(0, "parent", "db");
        LimitLease childs = _rig.Tables[1].Adopt(parents.Shared!)!;
        childs.Lend();
        Assert.True(_rig.Reclaim("child again", childs));
        LimitLease other = _rig.Request(2, "other", "db");
        _rig.Kill(1);
        _rig.Advance(1_100);
        Assert.Equal(["parent", "child again", "other"], _rig.Granted);

        Assert.False(_rig.Regain("again", parents));
        Assert.Equal((1, 1), (db.Active, db.Waiting));
        other.Dispose();
        LearnOfOthers();
        Assert.Equal("again", _rig.Granted[^1]);
        Assert.True(parents.IsHeld);

        parents.Dispose();
        Assert.Equal((0, 0), (db.Active, db.Waiting));
    }

    [Fact]
    public void When_the_history_cannot_be_used_limits_hold_within_each_process_and_nobody_waits_for_ever()
    {
        _rig.Table.Set("db", 1, null);
        _rig.Request(0, "a", "db");
        LimitLease b = _rig.Request(1, "b", "db");
        _rig.Request(1, "c", "db");
        Assert.NotNull(_rig.Tables[1].Find("db"));
        _rig.File.Break();
        LearnOfOthers();

        Assert.Equal(["a", "b"], _rig.Granted);
        _rig.Request(1, "d", "db");
        b.Dispose();
        Assert.Equal(["a", "b", "c"], _rig.Granted);
    }

    [Fact]
    public void A_limit_that_could_not_be_looked_up_lets_one_in()
    {
        _rig.File.Break();
        _rig.Request(0, "a", "unknown");
        _rig.Request(0, "b", "unknown");

        Assert.Equal(["a"], _rig.Granted);
        Assert.NotNull(_rig.Table.Find("unknown"));
    }

    [Fact]
    public void Slots_whose_end_could_not_be_told_are_given_back_once_it_can()
    {
        FlowLimit db = _rig.Table.Set("db", 1, null);
        LimitLease a = _rig.Request(0, "a", "db");
        _rig.Request(1, "b", "db");
        LimitLease lent = _rig.Request(2, "lent", "other");
        _rig.File.Break();
        a.Dispose();
        lent.Lend();
        _rig.File.Mend();
        _rig.Advance(10_000);

        // "b" continued alone when its history was unavailable.
        Assert.Equal(["a", "lent", "b"], _rig.Granted);
        Assert.True(_rig.Reclaim("lent again", lent));
        _rig.Tables[0].Set("other", 1, null);
        Assert.Equal(0, _rig.Tables[1].All().Sum(limit => limit.Active + limit.Waiting));
        Assert.Equal(0, db.Active);
    }

    [Fact]
    public void A_history_made_anew_knows_those_who_wait_and_hold()
    {
        _rig.Table.Set("db", 1, null);
        LimitLease a = _rig.Request(0, "a", "db");
        _rig.Request(0, "b", "db");
        _rig.Forget("claim", "slot");
        _rig.Advance(2_000);
        Assert.Equal((1, 1), (_rig.Table.Find("db")!.Active, _rig.Table.Find("db")!.Waiting));
        a.Dispose();

        Assert.Equal(["a", "b"], _rig.Granted);
    }

    [Fact]
    public void Those_who_wait_for_a_limit_that_is_gone_with_its_file_go_on()
    {
        _rig.Table.Set("db", 1, null);
        _rig.Request(0, "a", "db");
        _rig.Request(0, "b", "db");
        _rig.Forget("claim", "slot", "shared_limit");
        _rig.Advance(2_000);

        Assert.Equal(["a", "b"], _rig.Granted);
    }
}
