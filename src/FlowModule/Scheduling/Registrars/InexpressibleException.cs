namespace FlowModule.Scheduling.Registrars;

/// <summary>A scheduler has no words for something, or none that mean exactly the same.</summary>
/// <param name="message">Why, as a sentence; "it" is the scheduler.</param>
internal sealed class InexpressibleException(string message) : Exception(message);
