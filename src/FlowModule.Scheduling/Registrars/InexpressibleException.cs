namespace FlowModule.Scheduling.Registrars;

/// <summary>A scheduler cannot express something exactly.</summary>
/// <param name="message">The reason, as a sentence in which "it" is the scheduler.</param>
internal sealed class InexpressibleException(string message) : Exception(message);
