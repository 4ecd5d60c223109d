using System.Runtime.ExceptionServices;

namespace FlowModule.Engine.Tests.Support;

/// <summary>Waits for other threads. The limit is not a measure: it only turns a hang into a failure.</summary>
internal static class Wait
{
    internal static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    internal static void For(ManualResetEventSlim gate) => Assert.True(gate.Wait(Limit), "The gate was not opened in time.");

    internal static void Until(Func<bool> condition) => Assert.True(SpinWait.SpinUntil(condition, Limit), "The condition did not come true in time.");

    /// <summary>Waits until a thread is blocked on a lock or a gate.</summary>
    internal static void UntilBlocked(Thread thread) => Until(() => thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin));
}

/// <summary>A thread whose failure is the test's, and whose blocking a test can observe.</summary>
internal sealed class TestThread
{
    private readonly Thread _thread;
    private ExceptionDispatchInfo? _failure;

    internal TestThread(Action action)
    {
        _thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception exception)
            {
                // Stored, and thrown when the test joins.
                _failure = ExceptionDispatchInfo.Capture(exception);
            }
        }) { IsBackground = true };
        _thread.Start();
    }

    internal bool HasEnded => !_thread.IsAlive;

    internal void UntilBlocked() => Wait.UntilBlocked(_thread);

    internal void Join()
    {
        Assert.True(_thread.Join(Wait.Limit), "The thread did not end in time.");
        _failure?.Throw();
    }
}
