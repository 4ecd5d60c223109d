using System.Diagnostics;

namespace FlowModule.Engine.Telemetry;

/// <summary>Spans that begin and end on any thread, and leave what is current there as it is.</summary>
internal static class Activities
{
    /// <param name="name">The span's name.</param>
    /// <param name="parent">Its parent; if that is none, what is current.</param>
    /// <param name="time">When it began.</param>
    /// <returns>The span; null when no listener wants it.</returns>
    internal static Activity? Start(string name, ActivityContext parent, DateTimeOffset time)
    {
        Activity? current = Activity.Current;
        Activity? started = FlowTelemetry.Source.StartActivity(name, ActivityKind.Internal, parent, startTime: time);
        Activity.Current = current;
        return started;
    }

    internal static void Stop(Activity activity)
    {
        Activity? current = Activity.Current;
        activity.Stop();
        Activity.Current = current;
    }

    /// <summary>What a run or an attempt came to. A person who cancels a run makes no error.</summary>
    internal static void SetStatus(Activity activity, FlowState state, string? message)
    {
        if (state.Type is StateType.Failed or StateType.Crashed)
        {
            activity.SetStatus(ActivityStatusCode.Error, message);
        }
        else if (state.IsCompleted)
        {
            activity.SetStatus(ActivityStatusCode.Ok);
        }
    }
}
