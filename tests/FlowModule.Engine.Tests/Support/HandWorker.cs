using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.Workers;

namespace FlowModule.Engine.Tests.Support;

/// <summary>A worker without a thread: the test takes runs from the source and ends them.</summary>
internal sealed class HandWorker : IWorker
{
    internal IRunSource? Source { get; private set; }

    internal bool Disposed { get; private set; }

    internal bool IsPrepared { get; private set; }

    public bool IsAwaited { get; internal set; }

    public void Serve(IRunSource source) => Source = source;

    /// <summary>The error that prevents it from getting ready.</summary>
    internal Exception? Fault { get; init; }

    public void Prepare() => IsPrepared = Fault is null ? true : throw Fault;

    internal void Leave() => Source = null;

    public void Dispose() => Disposed = true;
}
