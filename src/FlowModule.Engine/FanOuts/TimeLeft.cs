using System.Globalization;
using FlowModule.Engine.History;

namespace FlowModule.Engine.FanOuts;

/// <summary>How long the runs of a fan-out will take that are left, as far as that can be told.</summary>
internal static class TimeLeft
{
    /// <summary>
    /// The rate so far decides, and what a run of the flow took on average before as long as few have ended: it counts like one run for each that
    /// runs at once. Null while neither is known.
    /// </summary>
    /// <param name="done">How many have ended.</param>
    /// <param name="left">How many have not.</param>
    /// <param name="elapsed">How long it is since the first began.</param>
    /// <param name="usual">What a run took before, if that is known.</param>
    /// <param name="atOnce">How many run at once.</param>
    internal static TimeSpan? Of(int done, int left, TimeSpan elapsed, TimeSpan? usual, int atOnce)
    {
        int known = usual is null ? 0 : Math.Max(1, atOnce);
        return left == 0 ? TimeSpan.Zero
            : done + known == 0 ? null
            : (elapsed + (usual ?? TimeSpan.Zero)) / (done + known) * left;
    }

    /// <summary>What runs of a flow that completed took on average, by the history that a run is recorded in; null without one.</summary>
    internal static TimeSpan? Usual(FlowRun run)
    {
        const int Latest = 20;
        if (run.Recording?.History is not { } history || run.FlowName.AsSpan().IndexOfAny("*?[") >= 0)
        {
            return null;
        }

        try
        {
            var query = new RunQuery { FlowNames = [run.FlowName], Kinds = [run.Kind], States = [nameof(StateType.Completed)], Last = Latest };
            TimeSpan[] times = [.. history.Find(query).Select(static earlier => earlier.Duration)];
            return times.Length == 0 ? null : TimeSpan.FromSeconds(times.Average(static time => time.TotalSeconds));
        }
        catch (HistoryException)
        {
            // Nothing depends on it; whoever is recorded is told of the trouble.
            return null;
        }
    }

    /// <summary>Such as <c>about 2 min left</c>: more exactly nobody knows.</summary>
    internal static string Describe(TimeSpan left) => left switch
    {
        { TotalSeconds: < 90 } => string.Create(CultureInfo.InvariantCulture, $"about {Math.Ceiling(left.TotalSeconds):0} s left"),
        { TotalMinutes: < 90 } => string.Create(CultureInfo.InvariantCulture, $"about {left.TotalMinutes:0} min left"),
        _ => string.Create(CultureInfo.InvariantCulture, $"about {left.TotalHours:0.#} h left"),
    };
}
