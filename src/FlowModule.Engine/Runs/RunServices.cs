using FlowModule.Engine.Caching;
using FlowModule.Engine.History;
using FlowModule.Engine.Limits;

namespace FlowModule.Engine.Runs;

/// <summary>What runs share: all of a process, or those that are recorded in one history, in whatever process.</summary>
internal sealed class RunServices(TimeProvider time, ILimitTable limits, IResultCache cache, Func<double>? random = null)
{
    internal static readonly RunServices Default = new(TimeProvider.System);

    internal RunServices(TimeProvider time)
        : this(time, new LimitTable(time), new ResultCache(time))
    {
    }

    internal RunServices(RunHistory history)
        : this(history.Time, new StoredLimitTable(history), new ResultCache(history, history.Values, history.ResultBytes)) => RunCache = new ResultCache(history.Time);

    /// <summary>What a run shares with others: those of its history, or of this process if it is not recorded.</summary>
    internal static RunServices For(FlowRun run) => For(run.Recording?.History);

    internal static RunServices For(RunHistory? history) => history?.Services ?? Default;

    internal TimeProvider Time { get; } = time;

    internal ILimitTable Limits { get; } = limits;

    internal IResultCache Cache { get; } = cache;

    /// <summary>The results that are shared within one flow run only.</summary>
    internal IResultCache RunCache { get; init; } = cache;

    /// <summary>A number from 0 up to 1, for the jitter of retries.</summary>
    internal Func<double> Random { get; } = random ?? System.Random.Shared.NextDouble;
}
