using FlowModule.Engine.FanOuts;
using FlowModule.Engine.States;
using FlowModule.Engine.Tests.Support;
using FlowModule.Engine.Workers;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FlowModule.Engine.Tests.FanOuts;

/// <summary>Complete fan-outs on real threads, in many shapes.</summary>
public class FanOutThreadsTests
{
    public sealed record Shape(int Throttle, int Count, int[] Spins, StateType[] Ends, bool AsTask)
    {
        public override string ToString() => $"{Count} runs, {Throttle} at once{(AsTask ? ", as tasks" : string.Empty)}";
    }

    private static Arbitrary<Shape> Shapes =>
        (from throttle in Gen.Choose(1, 9)
         from count in Gen.Choose(0, 60)
         from spins in Gen.Frequency((3, Gen.Constant(0)), (1, Gen.Choose(1, 3_000))).ArrayOf(count)
         from ends in Gen.Frequency((4, Gen.Constant(StateType.Completed)), (1, Gen.Constant(StateType.Failed))).ArrayOf(count)
         from asTask in Gen.Elements(true, false)
         select new Shape(throttle, count, spins, ends, asTask)).ToArbitrary();

    private sealed class Execution(Shape shape)
    {
        private int _active;
        private int _most;

        internal int Most => _most;

        internal RunOutcome Body(FlowRun run)
        {
            int active = Interlocked.Increment(ref _active);
            InterlockedMax(ref _most, active);
            if (!shape.AsTask)
            {
                Work(run);
                return shape.Ends[run.Index] == StateType.Completed ? new RunOutcome([run.Index]) : new RunOutcome([], TestErrors.Failure("it broke"));
            }

            return new RunOutcome([Task.Run(() =>
            {
                Work(run);
                return shape.Ends[run.Index] == StateType.Completed ? run.Index : throw new InvalidOperationException("it broke");
            })]);
        }

        private void Work(FlowRun run)
        {
            Thread.SpinWait(shape.Spins[run.Index]);
            Interlocked.Decrement(ref _active);
        }

        private static void InterlockedMax(ref int most, int value)
        {
            for (int seen = Volatile.Read(ref most); value > seen;)
            {
                int before = Interlocked.CompareExchange(ref most, value, seen);
                seen = before == seen ? value : before;
            }
        }
    }

    private static (FlowRun[] Added, FlowState[] States, int Most) Play(Shape shape, FanOutOptions options)
    {
        var execution = new Execution(shape);
        using var rig = new FanOutRig(options with { ThrottleLimit = shape.Throttle }, execution.Body);
        FlowRun[] runs = [];
        new TestThread(() => runs = rig.AddWithRoom(shape.Count)).Join();
        FlowState[] states = rig.Complete();
        Assert.All(runs, run => Assert.True(run.State.IsFinal));
        return (runs, states, execution.Most);
    }

    [Property(MaxTest = 150)]
    public Property No_more_run_at_once_than_may_and_each_gives_its_state_once() => Prop.ForAll(Shapes, shape =>
    {
        (FlowRun[] runs, FlowState[] states, int most) = Play(shape, new FanOutOptions());

        Assert.InRange(most, 0, shape.Throttle);
        Assert.Equal(runs.Length, states.Length);
        Assert.Equal(runs.ToHashSet(), states.Select(state => state.Run).ToHashSet());
        Assert.All(states, state => Assert.Equal(shape.Ends[state.Run.Index], state.Type));
    });

    [Property(MaxTest = 150)]
    public Property In_order_the_states_come_as_the_inputs_did() => Prop.ForAll(Shapes, shape =>
    {
        (FlowRun[] runs, FlowState[] states, _) = Play(shape, new FanOutOptions { KeepOrder = true, Log = FlowLogPreference.None });

        Assert.Equal(runs, states.Select(state => state.Run));
    });

    [Property(MaxTest = 150)]
    public Property A_race_gives_as_many_as_asked_for_or_all() => Prop.ForAll(Shapes, Gen.Choose(1, 8).ToArbitrary(), (shape, first) =>
    {
        (FlowRun[] runs, FlowState[] states, _) = Play(shape, new FanOutOptions { First = first });

        int possible = shape.Ends.Count(end => end == StateType.Completed);
        if (possible >= first)
        {
            Assert.Equal(first, states.Length);
            Assert.All(states, state => Assert.True(state.IsCompleted));
        }
        else
        {
            Assert.Equal(runs.ToHashSet(), states.Select(state => state.Run).ToHashSet());
            Assert.Equal(runs.Length, states.Length);
        }
    });

    [Property(MaxTest = 150)]
    public Property After_the_first_failure_each_run_has_ended_one_way_or_the_other() => Prop.ForAll(Shapes, shape =>
    {
        (FlowRun[] runs, FlowState[] states, _) = Play(shape, new FanOutOptions { StopOnFailure = true });

        Assert.Equal(runs.Length, states.Length);
        Assert.Equal(runs.ToHashSet(), states.Select(state => state.Run).ToHashSet());
        Assert.Equal(shape.Ends.Contains(StateType.Failed), states.Any(state => state.Type == StateType.Failed));
    });

    [Property(MaxTest = 150)]
    public Property A_stop_at_any_moment_ends_every_run_once() => Prop.ForAll(Shapes, Gen.Choose(0, 20_000).ToArbitrary(), (shape, moment) =>
    {
        var execution = new Execution(shape);
        using var rig = new FanOutRig(new FanOutOptions { ThrottleLimit = shape.Throttle }, execution.Body);
        FlowRun[] runs = [];
        var adder = new TestThread(() => runs = rig.AddWithRoom(shape.Count));
        var stopper = new TestThread(() =>
        {
            Thread.SpinWait(moment);
            rig.FanOut.Stop(TestErrors.Cancel);
        });
        adder.Join();
        FlowState[] states = rig.Complete();
        stopper.Join();

        Assert.Equal(runs.Length, states.Length);
        Assert.Equal(runs.ToHashSet(), states.Select(state => state.Run).ToHashSet());
    });

    [Property(MaxTest = 150)]
    public Property Abandoned_at_any_moment_it_leaves_no_run_behind() => Prop.ForAll(Shapes, Gen.Choose(0, 20_000).ToArbitrary(), (shape, moment) =>
    {
        var execution = new Execution(shape);
        using var rig = new FanOutRig(new FanOutOptions { ThrottleLimit = shape.Throttle }, execution.Body);
        FlowRun[] runs = [];
        new TestThread(() =>
        {
            runs = rig.AddWithRoom(shape.Count);
            Thread.SpinWait(moment);
            rig.FanOut.Abandon(TestErrors.Cancel);
            Assert.True(rig.FanOut.IsFinished);
            Assert.All(runs, run => Assert.True(run.State.IsFinal));
        }).Join();

        // Each worker returns to the pool by itself.
        Wait.Until(() =>
        {
            rig.Time.Advance(TimeSpan.FromSeconds(WorkerPool.IdleSeconds));
            return rig.Pool.Count == 0;
        });
    });

    [Fact]
    public void In_order_stays_in_order_when_runs_end_at_the_same_moment()
    {
        const int Together = 3;
        for (int round = 0; round < 300; round++)
        {
            using var barrier = new Barrier(Together);
            using var rig = new FanOutRig(new FanOutOptions { ThrottleLimit = Together, KeepOrder = true, Log = FlowLogPreference.None });
            FlowRun[] runs = rig.AddMany(Together);
            TestThread[] workers = [.. runs.Select(_ => rig.Start()).ToArray().Select(run => new TestThread(() =>
            {
                barrier.SignalAndWait(Wait.Limit);
                rig.End(run);
            }))];
            Array.ForEach(workers, worker => worker.Join());

            Assert.Equal(runs, rig.Complete().Select(state => state.Run));
        }
    }
}
