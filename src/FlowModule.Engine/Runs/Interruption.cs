namespace FlowModule.Engine.Runs;

/// <summary>One press of Ctrl+C, or another cause that stops a whole command: counts the runs that it cancels, at any depth.</summary>
internal sealed class Interruption
{
    private int _count;

    /// <summary>How many runs have ended Cancelled because of it.</summary>
    internal int Count => Volatile.Read(ref _count);

    internal void Add() => Interlocked.Increment(ref _count);
}
