using FlowModule.Sessions;
using FlowModule.Workers;

namespace FlowModule.Processes;

/// <summary>The kinds of workers that every session has: those of <see cref="FlowIsolation"/>.</summary>
internal static class WorkerKinds
{
    internal static readonly IReadOnlyList<IWorkerKind> BuiltIn = [RunspaceKind.Reused, RunspaceKind.New, ProcessKind.Instance];
}
