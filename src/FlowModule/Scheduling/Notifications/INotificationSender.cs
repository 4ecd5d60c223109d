using FlowModule.Engine.Schedules.Notifications;

namespace FlowModule.Scheduling.Notifications;

/// <summary>Sends one report in one way.</summary>
internal interface INotificationSender
{
    /// <summary>How long an attempt may take.</summary>
    TimeSpan Limit { get; }

    /// <summary>Tries to send it. Whatever goes wrong is in what it gives, but for a token that fired.</summary>
    /// <param name="stop">Fires when the attempt has taken as long as it may.</param>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    Task<SendAttempt> Try(CancellationToken stop);
}
