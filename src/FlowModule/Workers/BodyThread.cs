using System.Globalization;
using FlowModule.Closures;

namespace FlowModule.Workers;

/// <summary>What belongs to a worker's thread and not to its session. It is set before each script: that costs less than to see whether a body has changed it.</summary>
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
