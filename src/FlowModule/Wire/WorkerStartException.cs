namespace FlowModule.Processes;

/// <summary>A process for a worker did not start, or did not come to be of use.</summary>
internal sealed class WorkerStartException(string message, Exception? inner = null) : Exception(message, inner);
