using System.Numerics;

namespace FlowModule.Engine.FanOuts;

/// <summary>
/// Whether the runs of a lane are so short that they end before another worker has woken up. The majority of the latest runs decides, not
/// the mean: one run that the machine delayed must not outweigh many others.
/// </summary>
internal sealed class RunPace
{
    /// <summary>The duration from which another worker is worth waking: about the cost of waking it, including contention.</summary>
    internal static readonly TimeSpan Long = TimeSpan.FromMilliseconds(0.25);

    private const uint Remembered = 0b1111_1111;

    // Starts as four long runs followed by four short ones: not short until the first short run has ended.
    private uint _recent = 0b1111_0000;

    /// <summary>Whether fewer than half of the latest eight runs were long.</summary>
    internal bool IsShort => BitOperations.PopCount(_recent) < 4;

    internal void Note(bool isLong) => _recent = ((_recent << 1) | (isLong ? 1u : 0)) & Remembered;
}
