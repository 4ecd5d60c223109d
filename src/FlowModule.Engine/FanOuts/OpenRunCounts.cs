using System.Globalization;
using System.Runtime.InteropServices;
using FlowModule.Engine.States;

namespace FlowModule.Engine.FanOuts;

/// <summary>The numbers of unfinished runs of a fan-out. They are counted only when they are displayed, so that runs do not pay for it.</summary>
/// <param name="Running">How many execute.</param>
/// <param name="Retrying">How many wait for another attempt, or execute one.</param>
/// <param name="Waiting">How many have not started.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct OpenRunCounts(int Running, int Retrying, int Waiting)
{
    internal static OpenRunCounts Of(IEnumerable<FlowRun> runs)
    {
        int running = 0, retrying = 0, waiting = 0;
        foreach (FlowState state in runs.Select(static run => run.State))
        {
            if (state.Name is StateNames.Retrying or StateNames.AwaitingRetry)
            {
                retrying++;
            }
            else if (state.Type is StateType.Scheduled or StateType.Pending)
            {
                waiting++;
            }
            else
            {
                running++;
            }
        }

        return new OpenRunCounts(running, retrying, waiting);
    }

    /// <summary>A short text, such as <c>20 running, 1 retrying, 122 waiting</c>; null if there are none.</summary>
    public override string? ToString()
    {
        string[] parts =
        [
            .. new[] { (Count: Running, What: "running"), (Count: Retrying, What: "retrying"), (Count: Waiting, What: "waiting") }
                .Where(static part => part.Count > 0).Select(static part => string.Create(CultureInfo.InvariantCulture, $"{part.Count} {part.What}")),
        ];
        return parts.Length == 0 ? null : string.Join(", ", parts);
    }
}
