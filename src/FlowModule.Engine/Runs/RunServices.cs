using FlowModule.Engine.Caching;
using FlowModule.Engine.Limits;
using FlowModule.Engine.Storage;

namespace FlowModule.Engine.Runs;

/// <summary>What runs share: all runs of a process, or those recorded in one history, in any process.</summary>
internal sealed class RunServices(TimeProvider time, ILimitTable limits, IResultCache cache, Func<double>? random = null)
{
    internal static readonly RunServices Default = new(TimeProvider.System);

    internal RunServices(TimeProvider time)
        : this(time, new LimitTable(time), new ResultCache(time))
    {
    }

    /// <summary>What the runs share that are recorded in a history.</summary>
    /// <param name="history">The history.</param>
    /// <param name="values">Turns results into text.</param>
    /// <param name="resultBytes">How much of the results is kept.</param>
    internal RunServices(IStoreAccess history, IValueCodec values, long resultBytes)
        : this(history.Time, new StoredLimitTable(history), new ResultCache(history, values, resultBytes)) => RunCache = new ResultCache(history.Time);

    /// <summary>What a run shares with others: those in its history, or in this process if it is not recorded.</summary>
    internal static RunServices For(FlowRun run) => For(run.Listeners.Own as IRunServices);

    internal static RunServices For(IRunServices? history) => history?.Services ?? Default;

    internal TimeProvider Time { get; } = time;

    internal ILimitTable Limits { get; } = limits;

    internal IResultCache Cache { get; } = cache;

    /// <summary>The results that are shared within one flow run only.</summary>
    internal IResultCache RunCache { get; init; } = cache;

    /// <summary>A random number from 0 to 1, for the jitter of retries.</summary>
    internal Func<double> Random { get; } = random ?? System.Random.Shared.NextDouble;
}

/// <summary>An owner of services that runs share: a history, or the recording of a run in it.</summary>
internal interface IRunServices
{
    RunServices Services { get; }
}
