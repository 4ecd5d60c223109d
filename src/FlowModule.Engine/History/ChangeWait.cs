namespace FlowModule.Engine.History;

/// <summary>Waits for something to be written to histories, by whatever process.</summary>
internal sealed class ChangeWait(IEnumerable<RunHistory> histories)
{
    /// <summary>How often it is asked, in milliseconds: no process can be told by another, but to ask is cheap.</summary>
    private const int Period = 150;

    /// <summary>How often it asks in vain before it returns: a process that has died writes nothing, and is found by those who look.</summary>
    private const int Patience = 20;

    private readonly (RunHistory History, long Number)[] _seen = [.. histories.Distinct().Select(history => (history, history.ChangeNumber()))];

    /// <summary>Returns when something was written since the last call, or a while has passed; false when it is cancelled or the time is up.</summary>
    internal bool Next(CancellationToken cancellationToken, Func<bool>? isTimeUp = null)
    {
        for (int i = 0; i < Patience; i++)
        {
            if (isTimeUp?.Invoke() == true || cancellationToken.WaitHandle.WaitOne(Period))
            {
                return false;
            }

            if (HasChanged())
            {
                return true;
            }
        }

        return true;
    }

    private bool HasChanged()
    {
        bool changed = false;
        foreach (ref (RunHistory History, long Number) seen in _seen.AsSpan())
        {
            long number = seen.History.ChangeNumber();
            changed |= number != seen.Number;
            seen.Number = number;
        }

        return changed;
    }
}
