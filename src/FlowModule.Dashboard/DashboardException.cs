namespace FlowModule.Dashboard;

/// <summary>The dashboard cannot be served as it was asked for.</summary>
/// <param name="message">What a person should know, as whole sentences.</param>
internal sealed class DashboardException(string message) : Exception(message);
