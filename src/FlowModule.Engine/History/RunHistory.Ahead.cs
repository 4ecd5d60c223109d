namespace FlowModule.Engine.History;

/// <content>Opening, while whoever will record in it still prepares the first run.</content>
internal sealed partial class RunHistory
{
    private int _isOpenedAhead;

    /// <summary>Opens the store on another thread, while whoever will need it has something else to do first. Only once.</summary>
    /// <param name="then">What else will be needed.</param>
    internal void OpenAhead(Action then)
    {
        if (Volatile.Read(ref _isOpenedAhead) == 0 && Interlocked.Exchange(ref _isOpenedAhead, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static work =>
                {
                    work.History.OpenNow();
                    try
                    {
                        work.Then();
                    }
                    catch (Exception)
                    {
                        // Done ahead, to save time: what is wrong is told where its result is needed.
                    }
                },
                (History: this, Then: then),
                preferLocal: false);
        }
    }

    private void OpenNow()
    {
        lock (_writeGate)
        {
            OpenStore();
        }
    }
}
