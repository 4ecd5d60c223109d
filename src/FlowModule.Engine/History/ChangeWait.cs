namespace FlowModule.Engine.History;

/// <summary>Waits for something to be written to histories, by whatever process.</summary>
internal sealed class ChangeWait : IDisposable
{
    /// <summary>How often it is asked whether the time is up, in milliseconds.</summary>
    private const int Period = 150;

    /// <summary>How often it asks in vain before it returns: a process that has died writes nothing, and is found by those who look.</summary>
    private const int Patience = 20;

    private readonly AutoResetEvent _changed = new(initialState: false);
    private readonly IDisposable[] _watching;

    internal ChangeWait(IEnumerable<RunHistory> histories) =>
        _watching = [.. histories.Distinct().Select(history => history.Watch(Changed))];

    /// <summary>Returns when something was written since the last call, or a while has passed; false when it is cancelled or the time is up.</summary>
    internal bool Next(CancellationToken cancellationToken, Func<bool>? isTimeUp = null)
    {
        WaitHandle[] handles = [cancellationToken.WaitHandle, _changed];
        for (int i = 0; i < Patience; i++)
        {
            if (isTimeUp?.Invoke() == true)
            {
                return false;
            }

            switch (WaitHandle.WaitAny(handles, Period))
            {
                case 0:
                    return false;
                case 1:
                    return true;
                default:
                    break;
            }
        }

        return true;
    }

    public void Dispose()
    {
        Array.ForEach(_watching, static watching => watching.Dispose());
        lock (_changed)
        {
            _changed.Dispose();
        }
    }

    private void Changed()
    {
        lock (_changed)
        {
            if (!_changed.SafeWaitHandle.IsClosed)
            {
                _changed.Set();
            }
        }
    }
}
