namespace FlowModule.Tests.Support;

/// <summary>Counts how many bodies are inside at once. Scripts call its methods.</summary>
public sealed class Concurrency
{
    private readonly object _gate = new();
    private int _now;

    /// <summary>The maximum number inside at any moment.</summary>
    internal int Most { get; private set; }

    /// <summary>How many have ever been inside.</summary>
    internal int Total { get; private set; }

    /// <summary>Called by a script at the beginning of its body.</summary>
    public void Enter()
    {
        lock (_gate)
        {
            Total++;
            Most = Math.Max(Most, ++_now);
        }
    }

    /// <summary>Called by a script at the end of its body. Yields to other threads first.</summary>
    public void Leave()
    {
        Thread.Yield();
        lock (_gate)
        {
            _now--;
        }
    }
}
