namespace FlowModule.Engine.Schedules.Notifications;

/// <summary>A flow run of a tick that did not complete.</summary>
/// <param name="Id">The run's id.</param>
/// <param name="Name">Its two-word name.</param>
/// <param name="FlowName">The name of its flow.</param>
/// <param name="State">The type of its last state.</param>
/// <param name="StateName">The name of its last state.</param>
/// <param name="Message">The message of its last state, or null.</param>
internal sealed record FailureReportRun(Guid Id, string Name, string FlowName, StateType State, string StateName, string? Message);
