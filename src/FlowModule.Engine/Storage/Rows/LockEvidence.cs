namespace FlowModule.Engine.Storage.Rows;

/// <summary>The state of a process's lock, or of its substitute.</summary>
internal enum LockEvidence
{
    /// <summary>There is no lock, or it cannot be tested.</summary>
    None,

    /// <summary>The process holds it.</summary>
    Held,

    /// <summary>Nobody holds it.</summary>
    Free,
}
