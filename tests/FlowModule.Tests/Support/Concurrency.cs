namespace FlowModule.Tests.Support;

/// <summary>Counts how many bodies are in it at once. Scripts call its methods.</summary>
public sealed class Concurrency
{
    private readonly object _gate = new();
    private int _now;

    /// <summary>The most that were in it at any moment.</summary>
    internal int Most { get; private set; }

    /// <summary>How many have ever been in it.</summary>
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

    /// <summary>Called by a script at the end of its body. Others get their chance before it.</summary>
    public void Leave()
    {
        Thread.Yield();
        lock (_gate)
        {
            _now--;
        }
    }
}
