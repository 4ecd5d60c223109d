namespace FlowModule.Dashboard;

/// <summary>The dashboard cannot do what was requested.</summary>
/// <param name="message">The message for the user, in whole sentences.</param>
internal sealed class DashboardException(string message) : Exception(message);
