namespace FlowModule.Scheduling.Registrars;

/// <summary>The machine's scheduler is missing, or refuses.</summary>
/// <param name="message">The reason, as a sentence.</param>
/// <param name="isMissing">Whether it is missing.</param>
/// <param name="inner">The cause, or null.</param>
internal sealed class RegistrarException(string message, bool isMissing = false, Exception? inner = null) : Exception(message, inner)
{
    internal bool IsMissing => isMissing;
}
