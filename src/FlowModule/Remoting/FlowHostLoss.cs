namespace FlowModule;

/// <summary>What becomes of a subflow whose machine is lost while it runs.</summary>
public enum FlowHostLoss
{
    /// <summary>It begins again on another machine, on at most three machines in all.</summary>
    Retry,

    /// <summary>It ends as Crashed.</summary>
    Fail,
}
