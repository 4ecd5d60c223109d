namespace FlowModule.Engine;

/// <summary>What all runs of a process share.</summary>
internal sealed class RunServices(TimeProvider time, ILimitTable limits, IResultCache cache, Func<double>? random = null)
{
    internal static readonly RunServices Default = new(TimeProvider.System);

    internal RunServices(TimeProvider time)
        : this(time, new LimitTable(time), new ResultCache(time))
    {
    }

    internal TimeProvider Time { get; } = time;

    internal ILimitTable Limits { get; } = limits;

    internal IResultCache Cache { get; } = cache;

    /// <summary>A number from 0 up to 1, for the jitter of retries.</summary>
    internal Func<double> Random { get; } = random ?? System.Random.Shared.NextDouble;
}
