namespace FlowModule.Engine.Pool;

/// <summary>What a caller asks for.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Tags">The tags that the worker must have.</param>
/// <param name="Priority">Whether it is served before others.</param>
internal sealed record PoolRequest(string Queue, IReadOnlyList<string> Tags, PoolPriority Priority);
