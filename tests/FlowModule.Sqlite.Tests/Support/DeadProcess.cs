using FlowModule.Engine.History;
using FlowModule.Engine.Liveness;

namespace FlowModule.Sqlite.Tests.Support;

/// <summary>A history as a process had it that was killed: it has recorded, and will not end.</summary>
internal static class DeadProcess
{
    /// <summary>Makes a history record for a process of this machine that is gone: of this one's id, and started a moment earlier.</summary>
    internal static RunHistory Of(TestFile file, string machine = "", Func<ProcessIdentity, ProcessIdentity>? change = null)
    {
        RunHistory history = file.Open();
        ProcessIdentity own = ProcessIdentity.Own(Guid.NewGuid(), hasLock: false);
        ProcessIdentity dead = own with { Birth = own.Birth - 1, Machine = machine.Length == 0 ? own.Machine : machine };
        history.Change(store => store.Processes.Register(change?.Invoke(dead) ?? dead, file.Time.GetUtcNow()));
        return history;
    }
}
