namespace FlowModule.Engine.History;

/// <summary>Waits until some process writes to the histories.</summary>
internal sealed class ChangeWait : IDisposable
{
    /// <summary>How often it is asked whether the time is up, in milliseconds.</summary>
    private const int Period = 150;

    /// <summary>The number of polls without a change before it returns anyway: a dead process writes nothing, and the caller must look for it.</summary>
    private const int Patience = 20;

    private readonly AutoResetEvent _changed = new(initialState: false);
    private readonly IDisposable[] _watching;

    internal ChangeWait(IEnumerable<RunHistory> histories) =>
        _watching = [.. histories.Distinct().Select(history => history.Watch(Changed))];

    /// <summary>Returns after the next write since the last call, or after a while; false if it is canceled or the time is up.</summary>
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
