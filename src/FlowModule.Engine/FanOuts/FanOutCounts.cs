using System.Globalization;

namespace FlowModule.Engine.FanOuts;

/// <summary>How far a fan-out is, for the bar of its caller. Runs are counted as they end, also where their states wait for those of others.</summary>
/// <param name="time">What it takes is measured by this.</param>
/// <param name="total">How many runs there will be, if that is known.</param>
/// <param name="atOnce">How many run at once.</param>
/// <param name="open">Looks at those that have come and not ended; null where that is the one that runs now.</param>
internal sealed class FanOutCounts(TimeProvider time, int? total, int atOnce = 1, Func<OpenRuns>? open = null)
{
    /// <summary>So many failures are kept, to be told of at the end; the others are counted.</summary>
    internal const int MostFailures = 10;

    private static readonly int Types = Enum.GetValues<StateType>().Length;

    private readonly int[] _ended = new int[Types];
    private readonly List<FlowState> _failures = [];
    private int _added;
    private long _since;
    private volatile bool _isWhole;

    /// <summary>How much is done, from 0 to 100; -1 where nobody knows, because more runs may come.</summary>
    internal int Percent => Total is { } all and > 0 ? (int)(100L * Done / all) : -1;

    /// <summary>Whether they are several, as far as is known by now.</summary>
    internal bool AreSeveral => Total > 1 || Volatile.Read(ref _added) > 1;

    private int? Total => _isWhole ? Volatile.Read(ref _added) : total;

    /// <summary>How many runs have ended.</summary>
    internal int Done => _ended.Sum();

    /// <summary>Those that failed or crashed first, at most <see cref="MostFailures"/>. To be read when all runs have ended.</summary>
    internal IReadOnlyList<FlowState> Failures => _failures;

    /// <summary>How many failed or crashed.</summary>
    internal int FailureCount => _ended[(int)StateType.Failed] + _ended[(int)StateType.Crashed];

    /// <summary>How long it is since the first run came.</summary>
    internal TimeSpan Elapsed => _added == 0 ? TimeSpan.Zero : time.GetElapsedTime(_since);

    /// <summary>One more run came. Called by one thread at a time, as <see cref="Ended"/> is.</summary>
    internal void Added()
    {
        if (Interlocked.Increment(ref _added) == 1)
        {
            _since = time.GetTimestamp();
        }
    }

    internal void Ended(FlowState state)
    {
        Interlocked.Increment(ref _ended[(int)state.Type]);
        if (state.Type is StateType.Failed or StateType.Crashed && _failures.Count < MostFailures)
        {
            _failures.Add(state);
        }
    }

    /// <summary>No more runs come.</summary>
    internal void Complete() => _isWhole = true;

    /// <summary>How long the rest will take; null where nobody knows.</summary>
    /// <param name="usual">What a run of the flow took before, if that is known.</param>
    internal TimeSpan? Left(TimeSpan? usual) => Total is { } all ? TimeLeft.Of(Done, Math.Max(0, all - Done), Elapsed, usual, atOnce) : null;

    /// <summary>The same with those that have not ended, such as <c>57 of 200 done: 54 Completed, 3 Failed; 20 running, 123 waiting</c>.</summary>
    internal string Describe()
    {
        if (!AreSeveral)
        {
            return ToString();
        }

        int added = Volatile.Read(ref _added);
        OpenRuns runs = open?.Invoke() ?? new OpenRuns(Running: added > Done ? 1 : 0, Retrying: 0, Waiting: 0);
        runs = runs with { Waiting = runs.Waiting + Math.Max(0, (Total ?? 0) - added) };
        return runs.ToString() is { } rest ? $"{ToString()}; {rest}" : ToString();
    }

    /// <summary>It in a few words, such as <c>57 of 200 done: 54 Completed, 3 Failed</c>. One run alone is not counted.</summary>
    public override string ToString()
    {
        int done = Done;
        if (Total == 1 || (Total is null && done == 0))
        {
            return "Running";
        }

        return string.Create(CultureInfo.InvariantCulture, $"{done}{(Total is { } all ? $" of {all}" : null)} done{(done > 0 ? $": {States()}" : null)}");
    }

    /// <summary>How many ended in each type of state, such as <c>54 Completed, 3 Failed</c>.</summary>
    internal string States() => string.Join(", ", _ended.Select((count, type) => (count, type)).Where(state => state.count > 0)
        .Select(state => string.Create(CultureInfo.InvariantCulture, $"{state.count} {FlowState.NameOf((StateType)state.type)}")));
}
