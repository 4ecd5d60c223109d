namespace FlowModule.Scheduling.Notifications;

/// <summary>A secret cannot be read from its file, or is invalid. The message does not show the contents.</summary>
internal sealed class SecretFileException(string message, Exception? inner = null) : Exception(message, inner);
