using System.Numerics;

namespace FlowModule.Engine.FanOuts;

/// <summary>
/// Whether the runs of a lane are so short that they are over before another worker has woken up. Most of the latest ones decide, not
/// their mean: one that the machine held up for a moment must not outweigh many that it did not.
/// </summary>
internal sealed class RunPace
{
    /// <summary>What a run must take at least for another worker to be worth waking: about what the waking costs, contention included.</summary>
    internal static readonly TimeSpan Long = TimeSpan.FromMilliseconds(0.25);

    private const uint Remembered = 0b1111_1111;

    // Starts as four long runs followed by four short ones: not short until the first short run has ended.
    private uint _recent = 0b1111_0000;

    /// <summary>Whether fewer than half of the latest eight runs were long.</summary>
    internal bool IsShort => BitOperations.PopCount(_recent) < 4;

    internal void Note(bool isLong) => _recent = ((_recent << 1) | (isLong ? 1u : 0)) & Remembered;
}
