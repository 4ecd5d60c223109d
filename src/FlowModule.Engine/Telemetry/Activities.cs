using System.Diagnostics;

namespace FlowModule.Engine.Telemetry;

/// <summary>Starts and ends spans on any thread without changing its current activity.</summary>
internal static class Activities
{
    /// <param name="name">The span's name.</param>
    /// <param name="parent">Its parent; if this is default, the current activity.</param>
    /// <param name="time">When it started.</param>
    /// <returns>The span; null if no listener wants it.</returns>
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

    /// <summary>Sets the status from a final state. A cancelled run is not an error.</summary>
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
