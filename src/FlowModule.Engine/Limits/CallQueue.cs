using System.Diagnostics;

namespace FlowModule.Engine.Limits;

/// <summary>
/// Calls back outside of locks and without recursion: what a call leads to on the same thread is called when it has returned.
/// One end can let a hundred thousand others go, each of which may end at once, and the stack must not grow with them.
/// </summary>
internal static class CallQueue
{
    [ThreadStatic]
    private static Queue<Action>? _pending;

    /// <summary>Adds a call to those to be made once the lock is released.</summary>
    internal static void Add(ref List<Action>? calls, Action call) => (calls ??= []).Add(call);

    /// <summary>Makes the calls: now, or when the call that this thread is in returns. No lock may be held.</summary>
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
            // The others wait for their call, and this may be a timer's thread, where an exception ends the process.
            Trace.TraceError($"A run that was let go threw: {exception}");
        }
    }
}
