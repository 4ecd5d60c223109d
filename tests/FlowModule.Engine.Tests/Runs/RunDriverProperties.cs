using FlowModule.Engine.Retries;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FlowModule.Engine.Tests.Runs;

public class RunDriverProperties
{
    public enum Ending
    {
        Completes,
        Fails,
        Crashes,
        FailsForGood,
        TimesOut,
        IsGivenUp,
    }

    public sealed record Story(Ending[] Endings, int Retries, double[] Delays, bool Limited, bool WithCondition, int StopAfter)
    {
        public override string ToString() => $"[{string.Join(", ", Endings)}], {Retries} retries{(Limited ? ", limited" : string.Empty)}{(WithCondition ? ", with a condition" : string.Empty)}, stop after {StopAfter} steps";
    }

    private static Arbitrary<Story> Stories =>
        (from retries in Gen.Choose(0, 4)
         from endings in Gen.Frequency((2, Gen.Constant(Ending.Fails)), (2, Gen.Elements(Enum.GetValues<Ending>()))).ArrayOf(5)
         from delays in Gen.Elements(0.0, 1.0, 60.0).ArrayOf(retries)
         from limited in Gen.Elements(true, false)
         from condition in Gen.Elements(true, false)
         from stop in Gen.Frequency((2, Gen.Constant(int.MaxValue)), (1, Gen.Choose(0, 12)))
         select new Story(endings, retries, delays, limited, condition, stop)).ToArbitrary();

    [Property(MaxTest = 500)]
    public Property Whatever_the_attempts_come_to_a_run_takes_a_legal_path_and_is_over_once() => Prop.ForAll(Stories, story =>
    {
        var rig = new DriverRig();
        rig.Limits.Set("db", 1, null);
        FlowRun other = rig.Started(new RunPolicy { Limits = ["db"] });
        FlowRun run = rig.New(new RunPolicy
        {
            TimeoutSeconds = 10,
            Limits = story.Limited ? ["db"] : [],
            Retry = new RetryPolicy { Count = story.Retries, DelaySeconds = story.Delays, Condition = story.WithCondition ? "if" : null },
            Hooks = new RunHooks { OnRunning = ["r"], OnCompletion = ["end"], OnFailure = ["end"], OnCancellation = ["end"], OnCrash = ["end"] },
        });
        int over = 0;
        run.Family.TryAddWaiter(() => over++);
        int step = 0;
        RunStep needs = RunStep.Host;
        while (needs != RunStep.Done)
        {
            Assert.True(step < 100, "The run did not end.");
            if (step++ == story.StopAfter)
            {
                run.Stop(TestErrors.Cancel);
            }

            // Sometimes the caller cannot execute bodies, like a worker of another kind.
            needs = step % 3 == 0 ? run.Driver!.Next(host: null, mayExecute: false) : rig.Next(run);
            if (needs == RunStep.Execute)
            {
                Assert.Equal(story.Limited ? 1 : other.State.IsFinal ? 0 : 1, rig.Limits.Find("db")!.Active);
                Play(rig, run, story.Endings[run.Attempt - 1]);
            }
            else if (needs == RunStep.Wait)
            {
                if (!other.State.IsFinal)
                {
                    rig.End(other);
                }

                rig.Advance(60);
            }
        }

        LegalPath.Assert(run);
        Assert.Equal((1, true), (over, run.IsOver));
        Assert.Equal(other.State.IsFinal ? 0 : 1, rig.Limits.Find("db")!.Active);
        Assert.Equal(0, rig.Limits.Find("db")!.Waiting);
        int starts = run.States.Count(state => state.Type == StateType.Running);
        string[] calls = [.. rig.Host.Calls.Where(call => call != "condition")];
        Assert.InRange(calls.Count(call => call.EndsWith(" r", StringComparison.Ordinal)), story.StopAfter == int.MaxValue ? starts : 0, starts);
        Assert.Equal(starts > 0 ? 1 : 0, calls.Count(call => call.EndsWith(" end", StringComparison.Ordinal)));
        if (story.StopAfter == int.MaxValue)
        {
            Ending[] expected = [.. story.Endings.Take(run.Attempt)];
            Assert.All(expected[..^1], ending => Assert.False(ending is Ending.Completes or Ending.FailsForGood));
            Assert.True(expected[^1] is Ending.Completes or Ending.FailsForGood || run.Attempt == story.Retries + 1);
            Assert.Equal(expected[^1] == Ending.Completes, run.State.IsCompleted);
        }
    });

    private static void Play(DriverRig rig, FlowRun run, Ending ending)
    {
        RunFailure failure = TestErrors.Failure("it broke");
        RunDriver driver = run.Driver!;
        switch (ending)
        {
            case Ending.Completes:
                driver.BodyEnded(RunOutcome.Nothing);
                break;
            case Ending.TimesOut:
                rig.Advance(10);
                driver.BodyEnded(RunOutcome.Nothing);
                break;
            case Ending.IsGivenUp:
                run.CurrentAttempt.TryEnter(static () => { }, () => driver.BodyEnded(RunOutcome.Abandoned));
                rig.Advance(10);
                rig.Advance(FlowRun.GraceSeconds);
                break;
            default:
                driver.BodyEnded(new RunOutcome([], failure with { IsCrash = ending == Ending.Crashes, IsPermanent = ending == Ending.FailsForGood }));
                break;
        }
    }
}
