using System.Diagnostics;

namespace FlowModule.Engine.Limits;

/// <summary>
/// Makes callbacks outside of locks and without recursion: further callbacks that a call causes on the same thread run after it has returned.
/// One end can release a hundred thousand runs, each of which may end at once, and the stack must not grow with them.
/// </summary>
internal static class CallQueue
{
    [ThreadStatic]
    private static Queue<Action>? _pending;

    /// <summary>Adds a callback to run once the lock is released.</summary>
    internal static void Add(ref List<Action>? calls, Action call) => (calls ??= []).Add(call);

    /// <summary>Runs the callbacks: now, or after the current one of this thread. No lock may be held.</summary>
    internal static void Run(List<Action>? calls)
    {
        if (calls is null)
        {
            return;
        }

        if (_pending is { } outer)
        {
            calls.ForEach(outer.Enqueue);
            return;
        }

        _pending = new Queue<Action>(calls);
        try
        {
            while (_pending.TryDequeue(out Action? call))
            {
                Call(call);
            }
        }
        finally
        {
            _pending = null;
        }
    }

    private static void Call(Action call)
    {
        try
        {
            call();
        }
        catch (Exception exception)
        {
            // The other callbacks must still run, and this may be a timer's thread, where an exception ends the process.
            Trace.TraceError($"A run that was let go threw: {exception}");
        }
    }
}
