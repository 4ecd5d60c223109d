namespace FlowModule.Scheduling.Health;

/// <summary>The health of a scheduler cannot be told where it was asked for.</summary>
/// <param name="message">The reason, as a complete sentence for the user.</param>
/// <param name="path">The file that cannot be written; null for a port.</param>
/// <param name="port">The port that is not available; 0 for a file.</param>
/// <param name="innerException">The exception of the system.</param>
internal sealed class HealthException(string message, string? path, int port, Exception innerException) : IOException(message, innerException)
{
    internal string? Path => path;

    internal int Port => port;
}
