namespace FlowModule.Engine.Pool;

/// <summary>Which of the waiting requests is served first.</summary>
internal enum PoolPriority
{
    /// <summary>A run that had begun, and whose worker was lost: it had its place already.</summary>
    Again,
    High,
    Normal,
    Low,
}
