using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage;

/// <summary>
/// How the processes of a history see whether the others live: something that ends with a process, in whatever way it ends, such as a lock that
/// the system or a server lets go of.
/// </summary>
internal interface IProcessPresence
{
    /// <summary>Shows that a process is alive, until the result is disposed or the process dies. If this is not possible, the result says so.</summary>
    /// <param name="key">The process's own key.</param>
    IPresence Enter(Guid key);

    /// <summary>Whether a process is present.</summary>
    LockEvidence Look(Guid key);

    /// <summary>Removes the traces of a dead process.</summary>
    void Forget(Guid key);
}

/// <summary>A process's sign that it lives.</summary>
internal interface IPresence : IDisposable
{
    /// <summary>Whether others can tell by it that the process lives.</summary>
    bool IsSeen { get; }

    /// <summary>Whether it is still where others look for it.</summary>
    bool IsThere { get; }
}
