namespace FlowModule.Scheduling.Instances;

/// <summary>The intent to stop a tick, from any source.</summary>
internal sealed class StopIntent : IDisposable
{
    private readonly object _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenRegistration _registration;
    private Action<string>? _stop;

    /// <param name="stop">Cancelled when the process that runs scheduled flows is told to stop.</param>
    internal StopIntent(CancellationToken stop) => _registration = stop.Register(() => Request("The process that runs scheduled flows was told to stop."));

    /// <summary>The reason; null if there is no intent.</summary>
    internal string? Reason { get; private set; }

    /// <summary>Cancelled when there is an intent.</summary>
    internal CancellationToken Token => _stopping.Token;

    internal void Request(string reason)
    {
        Action<string>? stop;
        lock (_gate)
        {
            if (Reason is not null)
            {
                return;
            }

            Reason = reason;
            stop = _stop;
        }

        stop?.Invoke(reason);
        _stopping.Cancel();
    }

    /// <summary>Calls an action with the reason, until the result is disposed; at once if there already is one.</summary>
    internal IDisposable Route(Action<string> stop)
    {
        string? reason;
        lock (_gate)
        {
            _stop = stop;
            reason = Reason;
        }

        if (reason is not null)
        {
            stop(reason);
        }

        return new Routing(this);
    }

    public void Dispose()
    {
        _registration.Dispose();
        _stopping.Dispose();
    }

    private sealed class Routing(StopIntent intent) : IDisposable
    {
        public void Dispose()
        {
            lock (intent._gate)
            {
                intent._stop = null;
            }
        }
    }
}
