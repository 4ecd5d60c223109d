using System.Globalization;
using FlowModule.Closures;

namespace FlowModule.Workers;

/// <summary>State of a worker's thread, not of its session. It is set before each script, which costs less than checking whether a body has changed it.</summary>
internal static class BodyThread
{
    internal static void Prepare(Closure closure)
    {
        CultureInfo.CurrentCulture = closure.Culture;
        CultureInfo.CurrentUICulture = closure.UICulture;
        Thread thread = Thread.CurrentThread;
        if (thread.Priority != ThreadPriority.Normal)
        {
            thread.Priority = ThreadPriority.Normal;
        }
    }
}
