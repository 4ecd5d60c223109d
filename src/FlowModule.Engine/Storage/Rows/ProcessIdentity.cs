namespace FlowModule.Engine.Storage.Rows;

/// <summary>Which process it is that records runs.</summary>
/// <param name="Key">Its own, for one history.</param>
/// <param name="Machine">The name of the computer, for people.</param>
/// <param name="ProcessId">Its id.</param>
/// <param name="Space">Where this id means this process; empty when that cannot be told.</param>
/// <param name="Birth">What tells it from another process that has the same id later; 0 when that cannot be told.</param>
/// <param name="StartTime">When it started, for people.</param>
/// <param name="HasLock">Whether it holds a lock that excludes others.</param>
internal sealed record ProcessIdentity(
    Guid Key, string Machine, int ProcessId, string Space, long Birth, DateTimeOffset StartTime, bool HasLock);
