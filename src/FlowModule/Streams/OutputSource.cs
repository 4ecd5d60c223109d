using FlowModule.Engine.Runs;

namespace FlowModule.Streams;

/// <summary>
/// What the text that the current thread writes to the host is about: warnings and other texts reach a host without their record. The innermost
/// source counts: text of an inner run passes through those of all the runs around it.
/// </summary>
internal static class OutputSource
{
    /// <summary>Whether the host of the process writes data. Otherwise, nothing is kept of what lines are about.</summary>
    internal static bool IsWanted { get; set; }

    [ThreadStatic]
    private static object? s_current;

    internal static LineFacts? Current => s_current switch
    {
        FlowRun run => new LineFacts { Run = run },
        LineFacts facts => facts,
        _ => null,
    };

    /// <summary>The current thread writes about this, until the result is disposed; what it is already writing about stays.</summary>
    /// <param name="source">A <see cref="FlowRun"/> or <see cref="LineFacts"/>.</param>
    internal static Scope About(object source)
    {
        bool isFirst = IsWanted && s_current is null;
        if (isFirst)
        {
            s_current = source;
        }

        return new Scope(isFirst);
    }

    internal readonly struct Scope(bool isFirst) : IDisposable
    {
        public void Dispose()
        {
            if (isFirst)
            {
                s_current = null;
            }
        }
    }
}
