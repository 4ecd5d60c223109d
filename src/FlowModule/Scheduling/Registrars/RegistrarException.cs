namespace FlowModule.Scheduling.Registrars;

/// <summary>The machine's scheduler is not there, or refuses.</summary>
/// <param name="message">Why, as a sentence.</param>
/// <param name="isMissing">Whether it is not there at all.</param>
/// <param name="inner">What went wrong, or null.</param>
internal sealed class RegistrarException(string message, bool isMissing = false, Exception? inner = null) : Exception(message, inner)
{
    internal bool IsMissing => isMissing;
}
