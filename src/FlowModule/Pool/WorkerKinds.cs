using FlowModule.Processes;
using FlowModule.Sessions;
using FlowModule.Workers;

namespace FlowModule.Pool;

/// <summary>The kinds of workers that every session has: those of <see cref="FlowIsolation"/>, and those of queues.</summary>
internal static class WorkerKinds
{
    internal static readonly KnownKinds Known = new([RunspaceKind.Reused, RunspaceKind.New, ProcessKind.Instance], PoolKind.Named);
}
