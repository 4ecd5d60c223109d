using FlowModule.Engine.Liveness;
using FlowModule.Engine.Storage.Rows;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FlowModule.Engine.Tests.History;

/// <summary>When a process counts as dead, for all evidence.</summary>
public sealed class LivenessRuleTests
{
    private static readonly TimeSpan Long = LivenessRule.SilentFor;
    private static readonly TimeSpan Short = LivenessRule.SilentFor - TimeSpan.FromTicks(1);

    [Property(MaxTest = 500)]
    public Property A_process_that_holds_its_lock_is_alive_whatever_else_is_said() => Prop.ForAll(
        Evidence(), evidence => LivenessRule.Decide(evidence with { HasEnded = false, Lock = LockEvidence.Held }) == ProcessLiveness.Alive);

    [Property(MaxTest = 500)]
    public Property A_process_that_is_seen_is_alive_whatever_its_lock_and_the_clocks_say() => Prop.ForAll(
        Evidence(), evidence => LivenessRule.Decide(evidence with { HasEnded = false, Process = ProcessEvidence.Running }) == ProcessLiveness.Alive);

    [Property(MaxTest = 500)]
    public Property One_that_says_it_has_ended_has_ended() => Prop.ForAll(
        Evidence(), evidence => LivenessRule.Decide(evidence with { HasEnded = true }) == ProcessLiveness.Ended);

    [Property(MaxTest = 1000)]
    public Property Clocks_alone_make_nobody_dead() => Prop.ForAll(Evidence(), evidence =>
    {
        // Whatever the clocks of both machines show: it takes minutes of watching without a heartbeat.
        ProcessLiveness liveness = LivenessRule.Decide(evidence with { HasEnded = false, Process = ProcessEvidence.Unclear, SeenSilentFor = Short });
        return liveness is ProcessLiveness.Alive or ProcessLiveness.Unknown;
    });

    [Property(MaxTest = 1000)]
    public Property The_clocks_say_nothing_where_something_better_does() => Prop.ForAll(Evidence(), Evidence(), (evidence, other) =>
    {
        bool hasBetter = evidence.HasEnded || evidence.Lock == LockEvidence.Held || evidence.Process is ProcessEvidence.Running or ProcessEvidence.Gone
            || (evidence.Lock == LockEvidence.Free && evidence.Process == ProcessEvidence.OutOfSight);
        return !hasBetter || LivenessRule.Decide(evidence) == LivenessRule.Decide(evidence with { Age = other.Age, SeenSilentFor = other.SeenSilentFor });
    });

    [Theory]
    [InlineData(LockEvidence.Free, ProcessEvidence.Gone)] // killed
    [InlineData(LockEvidence.None, ProcessEvidence.Gone)] // killed, where locks do not work or the file is gone
    [InlineData(LockEvidence.Free, ProcessEvidence.OutOfSight)] // the machine has lost power, or the container is gone
    internal void One_that_was_killed_is_dead_at_once(LockEvidence held, ProcessEvidence process)
    {
        Assert.Equal(ProcessLiveness.Dead, LivenessRule.Decide(new LivenessEvidence(HasEnded: false, held, process, TimeSpan.Zero, TimeSpan.Zero)));
    }

    [Theory]
    [InlineData(LockEvidence.None, ProcessEvidence.OutOfSight)] // another machine
    [InlineData(LockEvidence.None, ProcessEvidence.Unclear)] // another user's
    [InlineData(LockEvidence.Free, ProcessEvidence.Unclear)]
    internal void Where_nothing_else_tells_it_has_to_be_silent_for_minutes_by_the_clock_and_before_our_eyes(LockEvidence held, ProcessEvidence process)
    {
        Assert.Equal(ProcessLiveness.Unknown, LivenessRule.Decide(new LivenessEvidence(HasEnded: false, held, process, Long, Short)));
        Assert.Equal(ProcessLiveness.Unknown, LivenessRule.Decide(new LivenessEvidence(HasEnded: false, held, process, Short, Long)));
        Assert.Equal(ProcessLiveness.Dead, LivenessRule.Decide(new LivenessEvidence(HasEnded: false, held, process, Long, Long)));
    }

    private static Arbitrary<LivenessEvidence> Evidence() => (
        from hasEnded in Gen.Elements(true, false)
        from held in Gen.Elements(Enum.GetValues<LockEvidence>())
        from process in Gen.Elements(Enum.GetValues<ProcessEvidence>())
        from age in Gen.Choose(-100_000, 100_000)
        from seen in Gen.Choose(0, 100_000)
        select new LivenessEvidence(hasEnded, held, process, TimeSpan.FromSeconds(age), TimeSpan.FromSeconds(seen))).ToArbitrary();
}
