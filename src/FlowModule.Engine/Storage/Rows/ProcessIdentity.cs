namespace FlowModule.Engine.Storage.Rows;

/// <summary>Identifies a process that records runs.</summary>
/// <param name="Key">The key of this process in one history.</param>
/// <param name="Machine">The computer name, for display.</param>
/// <param name="ProcessId">The process id.</param>
/// <param name="Space">The id space in which the process id is unique; empty if unknown.</param>
/// <param name="Birth">Distinguishes the process from a later one with the same id; 0 if unknown.</param>
/// <param name="StartTime">The start time, for display.</param>
/// <param name="HasLock">Whether it holds a lock that excludes others.</param>
internal sealed record ProcessIdentity(
    Guid Key, string Machine, int ProcessId, string Space, long Birth, DateTimeOffset StartTime, bool HasLock);
