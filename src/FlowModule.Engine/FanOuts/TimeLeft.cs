using System.Globalization;

namespace FlowModule.Engine.FanOuts;

/// <summary>Estimates how long the remaining runs of a fan-out will take.</summary>
internal static class TimeLeft
{
    /// <summary>
    /// Estimates from the rate so far. While few runs have ended, the usual duration of the flow's runs counts too, with the weight of one run per
    /// place. Null if neither is known.
    /// </summary>
    /// <param name="done">How many runs have ended.</param>
    /// <param name="left">How many runs have not ended.</param>
    /// <param name="elapsed">The time since the first run started.</param>
    /// <param name="usual">The usual duration of a run, or null.</param>
    /// <param name="atOnce">How many runs execute at once.</param>
    internal static TimeSpan? Of(int done, int left, TimeSpan elapsed, TimeSpan? usual, int atOnce)
    {
        int known = usual is null ? 0 : Math.Max(1, atOnce);
        return left == 0 ? TimeSpan.Zero
            : done + known == 0 ? null
            : (elapsed + (usual ?? TimeSpan.Zero)) / (done + known) * left;
    }

    /// <summary>A rounded text such as <c>about 2 min left</c>.</summary>
    internal static string Describe(TimeSpan left) => left switch
    {
        { TotalSeconds: < 90 } => string.Create(CultureInfo.InvariantCulture, $"about {Math.Ceiling(left.TotalSeconds):0} s left"),
        { TotalMinutes: < 90 } => string.Create(CultureInfo.InvariantCulture, $"about {left.TotalMinutes:0} min left"),
        _ => string.Create(CultureInfo.InvariantCulture, $"about {left.TotalHours:0.#} h left"),
    };
}
