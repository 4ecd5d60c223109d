namespace FlowModule.Scheduling.Instances;

/// <summary>The wish to stop a time of a scheduled flow, whoever has it.</summary>
internal sealed class InstanceWish : IDisposable
{
    private readonly object _gate = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenRegistration _registration;
    private Action<string>? _stop;

    /// <param name="stop">Fires when the one who runs scheduled flows is told to stop.</param>
    internal InstanceWish(CancellationToken stop) => _registration = stop.Register(() => Request("The process that runs scheduled flows was told to stop."));

    /// <summary>Why; null while nobody has it.</summary>
    internal string? Reason { get; private set; }

    /// <summary>Fires when somebody has it.</summary>
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

    /// <summary>Has an action called with the reason, until the result is disposed; at once when there is one.</summary>
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

    private sealed class Routing(InstanceWish wish) : IDisposable
    {
        public void Dispose()
        {
            lock (wish._gate)
            {
                wish._stop = null;
            }
        }
    }
}
