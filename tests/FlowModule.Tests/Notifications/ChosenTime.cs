namespace FlowModule.Tests.Notifications;

/// <summary>A clock whose timers fire when the test says, whatever their due time is.</summary>
/// <param name="fire">Decides when a timer fires, given its due time.</param>
internal sealed class ChosenTime(Func<TimeSpan, Task> fire) : TimeProvider
{
    internal static readonly Task Never = new TaskCompletionSource().Task;

    private readonly List<TimeSpan> _timers = [];

    /// <summary>Everything passes at once, except the time limits of an attempt.</summary>
    internal static ChosenTime WithoutLimits => new(due => due.TotalSeconds is 30 or 60 ? Never : Task.CompletedTask);

    internal DateTimeOffset Now { get; init; } = new(2027, 1, 31, 3, 0, 0, TimeSpan.Zero);

    /// <summary>The due times of the timers that fired, in order.</summary>
    internal TimeSpan[] Waits
    {
        get
        {
            lock (_timers)
            {
                return [.. _timers];
            }
        }
    }

    public override DateTimeOffset GetUtcNow() => Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ChosenTimer();
        if (dueTime != Timeout.InfiniteTimeSpan && fire(dueTime) is var moment && moment != Never)
        {
            lock (_timers)
            {
                _timers.Add(dueTime);
            }

            // Not before the caller has received the timer.
            _ = moment.ContinueWith(_ => callback(state), CancellationToken.None, TaskContinuationOptions.RunContinuationsAsynchronously, TaskScheduler.Default);
        }

        return timer;
    }

    private sealed class ChosenTimer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
