using FlowModule.Engine.Workers;

namespace FlowModule.Engine.Tests.Support;

/// <summary>A worker without a thread: the test itself takes runs from the source and says how they end.</summary>
internal sealed class HandWorker : IWorker
{
    internal IRunSource? Source { get; private set; }

    internal bool Disposed { get; private set; }

    internal bool IsPrepared { get; private set; }

    public void Serve(IRunSource source) => Source = source;

    /// <summary>What keeps it from making itself ready.</summary>
    internal Exception? Fault { get; init; }

    public void Prepare() => IsPrepared = Fault is null ? true : throw Fault;

    internal void Leave() => Source = null;

    public void Dispose() => Disposed = true;
}
