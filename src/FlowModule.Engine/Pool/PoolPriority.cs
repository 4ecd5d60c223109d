namespace FlowModule.Engine.Pool;

/// <summary>Which of the waiting requests is served first.</summary>
internal enum PoolPriority
{
    High,
    Normal,
    Low,
}
