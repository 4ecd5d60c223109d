using FlowModule.Engine.Runs;
using FlowModule.Engine.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Engine.Tests.Runs;

public class FlowRunStopTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly TestFlow _flow = new();

    private FlowRun Started(double? timeoutSeconds = null)
    {
        FlowRun run = _flow.Run(_time);
        run.TimeoutSeconds = timeoutSeconds;
        run.TryStart();
        return run;
    }

    [Fact]
    public void A_timeout_comes_at_its_time_and_not_before()
    {
        FlowRun run = Started(timeoutSeconds: 2.5);
        int interrupts = 0;
        run.CurrentAttempt.TryEnter(() => interrupts++, abandon: null);

        _time.Advance(TimeSpan.FromSeconds(2.5) - TimeSpan.FromTicks(1));
        Assert.Null(run.StopRequest);
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(StopKind.TimedOut, run.StopRequest?.Kind);
        Assert.Equal(1, interrupts);
        Assert.Equal(StateType.Running, run.State.Type);
        FlowState final = run.Finish();
        Assert.Equal((StateType.Failed, "TimedOut"), (final.Type, final.Name));
        Assert.Equal($"Flow run exceeded its timeout of {2.5} second(s).", final.Message);
    }

    [Fact]
    public void The_clock_of_a_timeout_starts_with_the_run()
    {
        FlowRun run = _flow.Run(_time);
        run.TimeoutSeconds = 1;
        _time.Advance(TimeSpan.FromHours(1));

        run.TryStart();
        Assert.Null(run.StopRequest);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.NotNull(run.StopRequest);
    }

    [Fact]
    public void No_timer_is_left_of_a_run_that_has_ended()
    {
        var time = new CountingTime();
        FlowRun run = _flow.Run(time);
        run.TimeoutSeconds = 60;
        run.TryStart();
        run.CurrentAttempt.TryEnter(static () => { }, static () => { });
        run.Stop(TestErrors.Cancel);
        Assert.Equal(2, time.Timers);

        run.Finish();

        Assert.Equal(0, time.Timers);
    }

    [Fact]
    public void The_token_fires_on_stop()
    {
        FlowRun run = Started();
        CancellationToken token = run.CancellationToken;
        using var called = new ManualResetEventSlim();
        using CancellationTokenRegistration registration = token.Register(called.Set);
        Assert.False(token.IsCancellationRequested);

        run.Stop(TestErrors.Cancel);

        Assert.True(token.IsCancellationRequested);
        Wait.For(called);
    }

    [Fact]
    public void The_token_has_fired_when_it_is_first_asked_for_after_the_stop()
    {
        FlowRun run = Started();
        run.Stop(TestErrors.Cancel);

        Assert.True(run.CancellationToken.IsCancellationRequested);
    }

    [Fact]
    public void The_token_does_not_fire_for_a_run_that_ended_by_itself()
    {
        FlowRun run = Started();
        CancellationToken token = run.CancellationToken;
        run.Finish();
        run.Stop(TestErrors.Cancel);

        Assert.False(token.IsCancellationRequested);
        Assert.Equal(token, run.CancellationToken);
    }

    [Fact]
    public void What_listens_to_the_token_neither_holds_up_the_stop_nor_fails_it()
    {
        FlowRun run = Started();
        using var released = new ManualResetEventSlim();
        using var listened = new ManualResetEventSlim();
        using CancellationTokenRegistration blocks = run.CancellationToken.Register(() =>
        {
            listened.Set();
            released.Wait(Wait.Limit);
        });
        using CancellationTokenRegistration throws = run.CancellationToken.Register(() => throw new InvalidOperationException("The listener broke."));
        bool interrupted = false;
        run.CurrentAttempt.TryEnter(() => interrupted = true, abandon: null);

        Assert.True(run.Stop(TestErrors.Cancel));

        Assert.True(interrupted);
        Wait.For(listened);
        released.Set();
    }

    [Fact]
    public void What_executes_a_run_is_interrupted_once_and_not_after_it_has_left()
    {
        FlowRun stopped = Started(), left = Started();
        int interrupts = 0;
        Assert.True(stopped.CurrentAttempt.TryEnter(() => interrupts++, abandon: null));
        Assert.True(left.CurrentAttempt.TryEnter(() => interrupts += 100, abandon: null));
        left.CurrentAttempt.Leave();

        stopped.Stop(TestErrors.Cancel);
        stopped.Stop(TestErrors.Cancel);
        left.Stop(TestErrors.Cancel);

        Assert.Equal(1, interrupts);
    }

    [Fact]
    public void Nothing_enters_a_run_that_is_stopping()
    {
        FlowRun run = Started();
        run.Stop(TestErrors.Cancel);

        Assert.False(run.CurrentAttempt.TryEnter(() => Assert.Fail("It never entered."), abandon: null));
    }

    [Fact]
    public void Leaving_waits_for_an_interrupt_on_its_way_so_that_none_comes_after()
    {
        FlowRun run = Started();
        using var interrupting = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        bool over = false;
        run.CurrentAttempt.TryEnter(
            () =>
            {
                interrupting.Set();
                Wait.For(go);
                Volatile.Write(ref over, true);
            },
            abandon: null);
        var stopper = new TestThread(() => run.Stop(TestErrors.Cancel));
        Wait.For(interrupting);
        var body = new TestThread(() =>
        {
            run.CurrentAttempt.Leave();
            Assert.True(Volatile.Read(ref over), "The interrupt was still on its way.");
        });
        body.UntilBlocked();
        go.Set();

        body.Join();
        stopper.Join();
    }

    [Fact]
    public void A_body_that_leaves_from_within_its_interrupt_does_not_wait_for_itself()
    {
        FlowRun run = Started();
        run.CurrentAttempt.TryEnter(run.CurrentAttempt.Leave, abandon: null);

        new TestThread(() => run.Stop(TestErrors.Cancel)).Join();

        Assert.NotNull(run.StopRequest);
    }

    [Fact]
    public void A_stopped_run_is_given_up_when_its_grace_is_over_and_not_before()
    {
        FlowRun run = Started();
        int givenUp = 0;
        run.CurrentAttempt.TryEnter(static () => { }, () => givenUp++);
        run.Stop(TestErrors.Cancel);

        _time.Advance(TimeSpan.FromSeconds(FlowRun.GraceSeconds) - TimeSpan.FromTicks(1));
        Assert.Equal(0, givenUp);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(1, givenUp);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, givenUp);
    }

    [Fact]
    public void A_run_that_nothing_executes_has_no_grace_to_wait_for()
    {
        var time = new CountingTime();
        FlowRun run = _flow.Run(time);

        run.Stop(TestErrors.Cancel);

        Assert.Equal(0, time.Timers);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_run_that_left_or_ended_in_its_grace_is_not_given_up(bool ends)
    {
        FlowRun run = Started();
        run.CurrentAttempt.TryEnter(static () => { }, () => Assert.Fail("It had ended."));
        run.Stop(TestErrors.Cancel);

        run.CurrentAttempt.Leave();
        if (ends)
        {
            run.Finish();
        }

        _time.Advance(TimeSpan.FromHours(1));
    }

    /// <summary>Counts the timers that are not disposed; none of them fires.</summary>
    private sealed class CountingTime : TimeProvider
    {
        private int _timers;

        internal int Timers => Volatile.Read(ref _timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref _timers);
            return new Counted(this);
        }

        private sealed class Counted(CountingTime owner) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose() => Interlocked.Decrement(ref owner._timers);

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
