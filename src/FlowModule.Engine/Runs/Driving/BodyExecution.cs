namespace FlowModule.Engine.Runs.Driving;

/// <summary>What executes an attempt: how to interrupt it, and how to give it up. Under the run's gate, if nothing else is said.</summary>
internal struct BodyExecution
{
    private Action? _interrupt;
    private Action? _abandon;
    private int _interruptingThread;

    /// <summary>Whether something executes the attempt.</summary>
    internal readonly bool IsThere => _interrupt is not null;

    internal void Enter(Action interrupt, Action? abandon) => (_interrupt, _abandon) = (interrupt, abandon);

    /// <summary>Nothing executes the attempt any more. Waits for a running interrupt: none follows.</summary>
    internal void Leave(object gate)
    {
        End();
        while (_interruptingThread != 0 && _interruptingThread != Environment.CurrentManagedThreadId)
        {
            Monitor.Wait(gate);
        }
    }

    internal void End() => _interrupt = _abandon = null;

    /// <summary>The interrupt, to be called outside of the gate; <see cref="Interrupted"/> must follow. Null if nothing executes the attempt.</summary>
    internal Action? BeginInterrupt()
    {
        if (_interrupt is not null)
        {
            _interruptingThread = Environment.CurrentManagedThreadId;
        }

        return _interrupt;
    }

    internal void Interrupted(object gate)
    {
        _interruptingThread = 0;
        Monitor.PulseAll(gate);
    }

    /// <summary>How to give it up, once; null if that cannot be done.</summary>
    internal Action? TakeAbandon()
    {
        Action? abandon = _abandon;
        _abandon = null;
        return abandon;
    }
}
