namespace FlowModule.Engine.Storage.Rows;

/// <summary>What the lock of a process, or what stands for one, says of it.</summary>
internal enum LockEvidence
{
    /// <summary>There is no lock, or it cannot be tested.</summary>
    None,

    /// <summary>The process holds it.</summary>
    Held,

    /// <summary>Nobody holds it.</summary>
    Free,
}
