using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Sqlite;

/// <summary>The processes that use a file see each other by locks on files beside it.</summary>
/// <param name="history">The file.</param>
internal sealed class FilePresence(string history) : IProcessPresence
{
    public IPresence Enter(Guid key) => ProcessLock.Take(history, key);

    public LockEvidence Look(Guid key) => ProcessLock.Try(history, key);

    public void Forget(Guid key) => ProcessLock.Remove(history, key);
}
