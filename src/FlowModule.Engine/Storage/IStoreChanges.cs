namespace FlowModule.Engine.Storage;

/// <summary>Reports that others have written to a store. A server can do this by itself; a file must be polled.</summary>
internal interface IStoreChanges
{
    /// <summary>
    /// Has something called soon after another process has written, until the result is disposed: on any thread, with nothing of the store held. A call may
    /// stand for many writes, and may come without any; the first comes soon in any case, for what was written just before.
    /// </summary>
    /// <param name="changed">What to call.</param>
    /// <param name="isPatient">Whether a quarter of a second is soon enough: for a person who looks on. A store that must be asked is then asked less often.</param>
    IDisposable Watch(Action changed, bool isPatient = false);
}
