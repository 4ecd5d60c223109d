using System.Runtime.InteropServices;

namespace FlowModule.Sessions;

/// <summary>A run that a process had sent to a worker before it died, for the process that resumes it.</summary>
/// <param name="Kind">The kind whose only worker goes on with it where it is; null if it must begin again.</param>
/// <param name="Attempt">The attempt that the worker was sent.</param>
/// <param name="WhyNot">Why it must begin again although a worker has it; null if none has, or it goes on.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AdoptedRun(IWorkerKind? Kind, int Attempt, string? WhyNot);
