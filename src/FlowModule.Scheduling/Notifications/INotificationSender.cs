using FlowModule.Engine.Schedules.Notifications;

namespace FlowModule.Scheduling.Notifications;

/// <summary>Sends one report with one notification.</summary>
internal interface INotificationSender
{
    /// <summary>The time limit of an attempt.</summary>
    TimeSpan Limit { get; }

    /// <summary>Tries to send the report. All errors are in the result, except a token that fired.</summary>
    /// <param name="stop">Fires when the attempt has reached its time limit.</param>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    Task<SendAttempt> Try(CancellationToken stop);
}
