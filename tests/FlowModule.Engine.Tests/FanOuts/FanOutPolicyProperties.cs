using FlowModule.Engine.Caching;
using FlowModule.Engine.FanOuts;
using FlowModule.Engine.Retries;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Engine.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FlowModule.Engine.Tests.FanOuts;

/// <summary>Complete fan-outs on real threads, with runs that are retried, limited, cached, stopped, and have hooks.</summary>
public class FanOutPolicyProperties
{
    public sealed record Plan(int Retries, int Failures, double Delay, bool Limited, bool Cached, bool Hooked, int Spin, bool Stopped);

    public sealed record Scene(int Throttle, Plan[] Plans, int StopAllAfter)
    {
        public override string ToString() => $"{Plans.Length} runs, {Throttle} at once, stopped after {StopAllAfter}: {string.Join("; ", Plans.AsEnumerable())}";
    }

    private static readonly Gen<bool> Coin = Gen.Elements(true, false, false);

    private static Arbitrary<Scene> Scenes =>
        (from throttle in Gen.Choose(1, 5)
         from plans in (from retries in Gen.Choose(0, 3)
                        from failures in Gen.Choose(0, 4)
                        from delay in Gen.Elements(0.0, 0.0, 1.0, 30.0)
                        from limited in Coin
                        from cached in Coin
                        from hooked in Coin
                        from spin in Gen.Choose(0, 500)
                        from stopped in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
                        select new Plan(retries, failures, delay, limited, cached, hooked, spin, stopped)).ListOf(30)
         from stopAll in Gen.Frequency((3, Gen.Constant(-1)), (1, Gen.Choose(0, 20_000)))
         select new Scene(throttle, [.. plans], stopAll)).ToArbitrary();

    [Property(MaxTest = 200)]
    public Property None_is_lost_and_each_takes_a_legal_path() => Prop.ForAll(Scenes, scene =>
    {
        int active = 0;
        int tooMany = 0;
        using var rig = new FanOutRig(new FanOutOptions { ThrottleLimit = scene.Throttle, Log = FlowLogPreference.None }, Body, host: new TestHost { Key = static run => $"{run.Index % 3}" });
        rig.Services.Limits.Set("db", 2, null);
        using var done = new ManualResetEventSlim();

        // Time passes as long as runs wait for it.
        var clock = new TestThread(() =>
        {
            while (!done.IsSet)
            {
                rig.Time.Advance(TimeSpan.FromSeconds(1));
                Thread.Yield();
            }
        });
        FlowRun[] runs = [];
        var over = new int[scene.Plans.Length];
        new TestThread(() => runs = rig.AddWithRoom(scene.Plans.Length, i => PolicyOf(scene.Plans[i]))).Join();
        for (int i = 0; i < runs.Length; i++)
        {
            int index = i;
            if (!runs[i].Family.TryAddWaiter(() => Interlocked.Increment(ref over[index])))
            {
                over[i]++;
            }
        }

        var stopper = new TestThread(() =>
        {
            foreach (FlowRun run in runs.Where(run => scene.Plans[run.Index].Stopped))
            {
                run.Stop(TestErrors.Cancel);
            }

            if (scene.StopAllAfter >= 0)
            {
                Thread.SpinWait(scene.StopAllAfter);
                rig.FanOut.Stop(TestErrors.Cancel);
            }
        });
        FlowState[] states = rig.Complete();
        stopper.Join();
        done.Set();
        clock.Join();

        Assert.Equal(runs.Length, states.Length);
        Assert.Equal(runs.ToHashSet(), states.Select(state => state.Run).ToHashSet());
        Assert.All(runs, LegalPath.Assert);
        Assert.All(over, times => Assert.Equal(1, times));
        Assert.Equal(0, tooMany);
        Assert.Equal((0, 0), (rig.Services.Limits.Find("db")!.Active, rig.Services.Limits.Find("db")!.Waiting));
        Assert.Equal(0, ((ResultCache)rig.Services.Cache).Computing);
        Assert.Equal(
            runs.Count(run => run.Policy.Hooks is not null && (run.StartTime is not null || run.State.IsCompleted)),
            rig.Host.Calls.Count(call => call.EndsWith(" end", StringComparison.Ordinal)));

        RunOutcome Body(FlowRun run)
        {
            if (Interlocked.Increment(ref active) > scene.Throttle)
            {
                Interlocked.Increment(ref tooMany);
            }

            Plan plan = scene.Plans[run.Index];
            Thread.SpinWait(plan.Spin);
            Interlocked.Decrement(ref active);
            return run.Attempt <= plan.Failures ? new RunOutcome([], TestErrors.Failure("it broke")) : new RunOutcome([run.Index]);
        }
    });

    private static RunPolicy PolicyOf(Plan plan) => new()
    {
        Retry = new RetryPolicy { Count = plan.Retries, DelaySeconds = [plan.Delay], Condition = plan.Hooked ? "if" : null },
        Limits = plan.Limited ? ["db"] : [],
        Cache = plan.Cached ? new CacheSettings(null, CachePolicy.Inputs, null, Refresh: false) : null,
        Hooks = plan.Hooked ? new RunHooks { OnRunning = ["r"], OnCompletion = ["end"], OnFailure = ["end"], OnCancellation = ["end"], OnCrash = ["end"] } : null,
    };
}
