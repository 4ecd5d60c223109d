namespace FlowModule.Wire;

/// <summary>A peer did not start, or cannot be used.</summary>
internal class WorkerStartException(string message, Exception? inner = null) : Exception(message, inner);
