namespace FlowModule.Engine.Storage;

/// <summary>Reports that others have written to a store. A server can do this by itself; a file must be polled.</summary>
internal interface IStoreChanges
{
    /// <summary>
    /// Has something called soon after another process has written, until the result is disposed: on any thread, with nothing of the store held. A call may
    /// stand for many writes, and may come without any; the first comes soon in any case, for what was written just before.
    /// </summary>
    IDisposable Watch(Action changed);
}
