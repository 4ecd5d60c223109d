namespace FlowModule;

/// <summary>
/// What makes two calls of a task the same, so that the second takes the result of the first. Values combine: with
/// <c>Inputs, Source</c> both must be equal.
/// </summary>
[Flags]
public enum CachePolicy
{
    /// <summary>No result is cached.</summary>
    None = 0,

    /// <summary>The parameters and the piped object have equal values.</summary>
    Inputs = 1,

    /// <summary>The text of the script block is the same: an edited task runs again.</summary>
    Source = 2,

    /// <summary>Both calls are in one flow run: the next run computes its own result.</summary>
    Run = 4,
}
