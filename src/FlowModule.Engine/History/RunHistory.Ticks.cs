using FlowModule.Engine.Schedules.Ticks;

namespace FlowModule.Engine.History;

/// <content>The times of scheduled flows.</content>
internal sealed partial class RunHistory
{
    private TickCoordinator? _ticksOfFlows;
    private int _attendants;

    /// <summary>Where processes come to an agreement on the times of scheduled flows.</summary>
    internal TickCoordinator Schedules => LazyInitializer.EnsureInitialized(ref _ticksOfFlows, () => new TickCoordinator(this));

    /// <summary>Has the history's thread tick, and this process give signs of life, though no run is active here; until the result is disposed.</summary>
    internal IDisposable Attend()
    {
        Interlocked.Increment(ref _attendants);
        _pump?.Wake();
        return new Attendant(this);
    }

    private sealed class Attendant(RunHistory history) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref history._attendants);
    }
}
