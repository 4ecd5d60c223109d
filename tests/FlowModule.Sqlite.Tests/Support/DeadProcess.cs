using FlowModule.Engine.History;
using FlowModule.Engine.Liveness;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Sqlite.Tests.Support;

/// <summary>The history of a killed process: it has recorded, and will not end.</summary>
internal static class DeadProcess
{
    /// <summary>Makes a history record for a dead process of this machine: with this process's id, but an earlier start.</summary>
    internal static RunHistory Of(TestFile file, string machine = "", Func<ProcessIdentity, ProcessIdentity>? change = null)
    {
        RunHistory history = file.Open();
        ProcessIdentity own = ProcessTable.Own(Guid.NewGuid(), hasLock: false);
        ProcessIdentity dead = own with { Birth = own.Birth - 1, Machine = machine.Length == 0 ? own.Machine : machine };
        history.Change(store => store.Processes.Register(change?.Invoke(dead) ?? dead));
        return history;
    }
}
