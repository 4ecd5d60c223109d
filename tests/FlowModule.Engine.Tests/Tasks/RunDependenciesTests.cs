using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Engine.Tasks;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Tasks;

public class RunDependenciesTests
{
    private readonly DriverRig _rig = new();

    private FlowRun After(bool allowFailure, params FlowRun[] runs) => _rig.New(isTask: true, dependencies: new RunDependencies(runs, allowFailure, resolve: null));

    [Fact]
    public void A_run_starts_when_all_it_depends_on_is_over()
    {
        FlowRun first = _rig.Started(), second = _rig.Started();
        FlowRun run = After(allowFailure: false, first, second);
        Assert.Equal(RunStep.Wait, _rig.Next(run));
        Assert.True(run.Driver!.IsHeld);
        _rig.End(second);
        Assert.Equal(RunStep.Wait, _rig.Next(run));

        _rig.End(first);

        _rig.Start(run);
    }

    [Fact]
    public void A_run_that_is_kept_does_not_keep_what_it_depended_on()
    {
        FlowRun first = _rig.Started();
        FlowRun run = After(allowFailure: false, first), never = After(allowFailure: false, first);
        Assert.Equal([RunStep.Wait, RunStep.Wait], [_rig.Next(run), _rig.Next(never)]);
        Assert.Equal([first], run.Dependencies!.Runs);

        never.Stop(new StopRequest(StopKind.Cancelled, "Enough."));
        Assert.Equal(RunStep.Done, _rig.Next(never));
        _rig.End(first);
        _rig.Start(run);

        Assert.Empty(run.Dependencies.Runs);
        Assert.Empty(never.Dependencies!.Runs);
    }

    [Fact]
    public void A_run_waits_for_the_hooks_of_what_it_depends_on()
    {
        FlowRun first = _rig.Started(new RunPolicy { Hooks = new RunHooks { OnCompletion = ["hook"] } });
        FlowRun run = After(allowFailure: false, first);
        _rig.Next(run);
        first.Driver!.BodyEnded(RunOutcome.Nothing);
        Assert.Equal(RunStep.Host, first.Driver.Next(host: null));
        Assert.Equal(RunStep.Wait, _rig.Next(run));

        Assert.Equal(RunStep.Done, _rig.Next(first));

        _rig.Start(run);
    }

    [Fact]
    public void With_a_failure_before_it_a_run_stays_Pending_named_NotReady_and_so_do_those_after_it()
    {
        FlowRun failed = _rig.Started(isTask: true);
        FlowRun second = After(allowFailure: false, failed), third = After(allowFailure: false, second);
        Assert.Equal([RunStep.Wait, RunStep.Wait], [_rig.Next(second), _rig.Next(third)]);

        _rig.Fail(failed);

        Assert.Equal([RunStep.Done, RunStep.Done], [_rig.Next(second), _rig.Next(third)]);
        Assert.All([second, third], run =>
        {
            Assert.Equal((StateType.Pending, StateNames.NotReady), (run.State.Type, run.State.Name));
            Assert.Null(run.StartTime);
            Assert.True(run.IsOver);
        });
        Assert.Equal($"Task run '{failed.Name}', which it depends on, is Failed.", second.State.Message);
        Assert.Same(failed.State, second.State.Error);
        Assert.Equal($"Task run '{second.Name}', which it depends on, is NotReady.", third.State.Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_failure_that_is_allowed_holds_nothing_up(bool stopped)
    {
        FlowRun first = _rig.Started();
        FlowRun run = After(allowFailure: true, first);
        _rig.Next(run);
        if (stopped)
        {
            first.Stop(TestErrors.Cancel);
        }

        _rig.Fail(first);

        _rig.Start(run);
    }

    [Fact]
    public void What_is_over_already_is_not_waited_for()
    {
        FlowRun first = _rig.Started();
        _rig.End(first);

        _rig.Start(After(allowFailure: false, first));
        _rig.Start(After(allowFailure: false));
        FlowRun notReady = After(allowFailure: false, first, _rig.New());
        Assert.Equal(RunStep.Wait, _rig.Next(notReady));
    }

    [Fact]
    public void A_run_does_not_start_where_its_body_cannot_be_executed()
    {
        FlowRun run = After(allowFailure: false);

        Assert.Equal(RunStep.Elsewhere, run.Driver!.Next(host: null, mayExecute: false));

        Assert.Equal(StateType.Pending, run.State.Type);
    }

    [Fact]
    public void Their_results_are_put_in_once_and_what_that_throws_fails_the_run()
    {
        FlowRun first = _rig.Started();
        int calls = 0;
        FlowRun good = _rig.New(dependencies: new RunDependencies([first], allowFailure: false, run =>
        {
            calls++;
            run.InputObject = first.State.Result;
        }));
        FlowRun bad = _rig.New(dependencies: new RunDependencies([first], allowFailure: false, static _ => throw new InvalidCastException("no number")));
        _rig.Next(good);
        _rig.Next(bad);

        _rig.End(first, 7);

        _rig.Start(good);
        Assert.Equal((7, 1), (good.InputObject, calls));
        Assert.Equal(RunStep.Done, _rig.Next(bad));
        Assert.Equal((StateType.Failed, "Flow run encountered an exception. InvalidCastException: no number"), (bad.State.Type, bad.State.Message));
        Assert.Null(bad.StartTime);
    }

    [Fact]
    public void Whichever_ends_last_wakes_the_run_once()
    {
        for (int round = 0; round < 200; round++)
        {
            var rig = new DriverRig();
            FlowRun[] first = [rig.Started(), rig.Started(), rig.Started()];
            FlowRun run = rig.New(dependencies: new RunDependencies(first, allowFailure: false, resolve: null));
            using var together = new Barrier(4);
            TestThread[] threads = [.. first.Select(one => new TestThread(() =>
            {
                together.SignalAndWait(Wait.Limit);
                rig.End(one);
            }))];
            together.SignalAndWait(Wait.Limit);
            RunStep step = rig.Next(run);
            Array.ForEach(threads, thread => thread.Join());

            // Each body that ends wakes its own run; the waiting one is woken once more.
            Assert.Equal(step == RunStep.Wait ? 4 : 3, rig.Executor.Wakes);
            if (step == RunStep.Wait)
            {
                rig.Start(run);
            }
        }
    }
}
