using System.Globalization;

namespace FlowModule.Engine.FanOuts;

/// <summary>The progress of a fan-out. Runs are counted as they end, even if their states are held back to keep the order.</summary>
/// <param name="time">The clock.</param>
/// <param name="total">The total number of runs, if known.</param>
/// <param name="atOnce">How many runs execute at once.</param>
/// <param name="open">Counts the unfinished runs; null if only the current run is unfinished.</param>
internal sealed class FanOutCounts(TimeProvider time, int? total, int atOnce = 1, Func<OpenRunCounts>? open = null)
{
    /// <summary>How many failures are kept for the summary; the others are only counted.</summary>
    internal const int MostFailures = 10;

    private static readonly int Types = Enum.GetValues<StateType>().Length;

    private readonly int[] _ended = new int[Types];
    private readonly List<FlowState> _failures = [];
    private int _added;
    private long _since;
    private volatile bool _isWhole;

    /// <summary>The percentage of ended runs; -1 if the total is unknown.</summary>
    internal int Percent => Total is { } all and > 0 ? (int)(100L * Done / all) : -1;

    /// <summary>Whether there is more than one run so far.</summary>
    internal bool AreSeveral => Total > 1 || Volatile.Read(ref _added) > 1;

    private int? Total => _isWhole ? Volatile.Read(ref _added) : total;

    /// <summary>How many runs have ended.</summary>
    internal int Done => _ended.Sum();

    /// <summary>The first failed or crashed runs, at most <see cref="MostFailures"/>. Read it only when all runs have ended.</summary>
    internal IReadOnlyList<FlowState> Failures => _failures;

    /// <summary>The number of failed and crashed runs.</summary>
    internal int FailureCount => _ended[(int)StateType.Failed] + _ended[(int)StateType.Crashed];

    /// <summary>The time since the first run was added.</summary>
    internal TimeSpan Elapsed => _added == 0 ? TimeSpan.Zero : time.GetElapsedTime(_since);

    /// <summary>Counts a new run. Like <see cref="Ended"/>, called by one thread at a time.</summary>
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

    /// <summary>No more runs will be added.</summary>
    internal void Complete() => _isWhole = true;

    /// <summary>Estimates the remaining time; null if unknown.</summary>
    /// <param name="usual">The usual duration of the flow's runs, or null.</param>
    internal TimeSpan? Left(TimeSpan? usual) => Total is { } all ? TimeLeft.Of(Done, Math.Max(0, all - Done), Elapsed, usual, atOnce) : null;

    /// <summary>The progress with the unfinished runs, such as <c>57 of 200 done: 54 Completed, 3 Failed; 20 running, 123 waiting</c>.</summary>
    internal string Describe()
    {
        if (!AreSeveral)
        {
            return ToString();
        }

        int added = Volatile.Read(ref _added);
        OpenRunCounts runs = open?.Invoke() ?? new OpenRunCounts(Running: added > Done ? 1 : 0, Retrying: 0, Waiting: 0);
        runs = runs with { Waiting = runs.Waiting + Math.Max(0, (Total ?? 0) - added) };
        return runs.ToString() is not { } rest ? ToString()
            : Total is null && Done == 0 ? rest
            : $"{ToString()}; {rest}";
    }

    /// <summary>The progress, such as <c>57 of 200 done: 54 Completed, 3 Failed</c>. A single run is not counted.</summary>
    public override string ToString()
    {
        int done = Done;
        if (Total == 1 || (Total is null && done == 0))
        {
            return "Running";
        }

        return string.Create(CultureInfo.InvariantCulture, $"{done}{(Total is { } all ? $" of {all}" : null)} done{(done > 0 ? $": {States()}" : null)}");
    }

    /// <summary>The number of ended runs by state type, such as <c>54 Completed, 3 Failed</c>.</summary>
    internal string States() => string.Join(", ", _ended.Select((count, type) => (count, type)).Where(state => state.count > 0)
        .Select(state => string.Create(CultureInfo.InvariantCulture, $"{state.count} {FlowState.NameOf((StateType)state.type)}")));
}
