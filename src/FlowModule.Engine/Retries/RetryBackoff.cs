namespace FlowModule;

/// <summary>How the delay before a retry grows from one retry to the next.</summary>
public enum RetryBackoff
{
    /// <summary>It does not grow: 10, 10, 10 seconds.</summary>
    Constant,

    /// <summary>It grows by the delay itself: 10, 20, 30 seconds.</summary>
    Linear,

    /// <summary>It doubles: 10, 20, 40 seconds.</summary>
    Exponential,
}
