using System.Globalization;

namespace FlowModule.Engine.FanOuts;

/// <summary>How far a fan-out is, for the bar of its caller. Runs are counted as they end, also where their states wait for those of others.</summary>
/// <param name="total">How many runs there will be, if that is known.</param>
internal sealed class FanOutCounts(int? total)
{
    private static readonly int Types = Enum.GetValues<StateType>().Length;

    private readonly int[] _ended = new int[Types];
    private int _added;
    private volatile bool _isWhole;

    /// <summary>How much is done, from 0 to 100; -1 where nobody knows, because more runs may come.</summary>
    internal int Percent => Total is { } all and > 0 ? (int)(100L * Done / all) : -1;

    private int? Total => _isWhole ? Volatile.Read(ref _added) : total;

    private int Done => _ended.Sum();

    internal void Added() => Interlocked.Increment(ref _added);

    internal void Ended(FlowState state) => Interlocked.Increment(ref _ended[(int)state.Type]);

    /// <summary>No more runs come.</summary>
    internal void Complete() => _isWhole = true;

    /// <summary>It in a few words, such as <c>57 of 200 done: 54 Completed, 3 Failed</c>. One run alone is not counted.</summary>
    public override string ToString()
    {
        int done = Done;
        if (Total == 1 || (Total is null && done == 0))
        {
            return "Running";
        }

        string states = string.Join(", ", _ended.Select((count, type) => (count, type)).Where(state => state.count > 0)
            .Select(state => string.Create(CultureInfo.InvariantCulture, $"{state.count} {FlowState.NameOf((StateType)state.type)}")));
        return string.Create(CultureInfo.InvariantCulture, $"{done}{(Total is { } all ? $" of {all}" : null)} done{(done > 0 ? $": {states}" : null)}");
    }
}
