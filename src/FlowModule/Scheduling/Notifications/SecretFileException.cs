namespace FlowModule.Scheduling.Notifications;

/// <summary>What is to be kept secret cannot be read from its file, or is no such thing. The message does not tell what the file holds.</summary>
internal sealed class SecretFileException(string message, Exception? inner = null) : Exception(message, inner);
