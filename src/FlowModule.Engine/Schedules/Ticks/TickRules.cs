using System.Globalization;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>The rules of ticks that several processes share: what one transaction of a store does to its rows.</summary>
/// <param name="rows">The rows.</param>
/// <param name="now">The time of the store.</param>
internal sealed class TickRules(ITickRows rows, DateTimeOffset now)
{
    internal IReadOnlyList<TickClaim> Claim(TickRequest request)
    {
        List<TickRow> known = [.. rows.Find(request.Name, [.. request.Ticks.Select(static tick => tick.Time)])];
        IReadOnlyList<TickRow> crashed = End(known, request.Lost);
        RemoveFree(known, request.Lost, time => request.Ticks.Any(tick => tick.Time == time || (tick.IsMissed && request.MakesUpForAll && time < tick.Time)));
        TickRow[] open = [.. known.Where(tick => tick.IsOpen && !IsLost(tick, request.Lost))];
        return [.. request.Ticks.Select((tick, index) => Claim(request.MultipleInstances, tick, known, open, index == 0 ? crashed : []))];
    }

    internal void Record(TickRow tick, IReadOnlyList<LostTick> lost)
    {
        List<TickRow> known = [.. rows.Find(tick.Name, [tick.Time])];
        RemoveFree(known, lost, time => time <= tick.Time);
        if (!known.Exists(other => other.Time == tick.Time))
        {
            rows.Add(tick);
        }
    }

    internal IReadOnlyList<TickRow> End(IReadOnlyList<LostTick> lost) =>
        [.. lost.GroupBy(static tick => tick.Seen.Name, StringComparer.OrdinalIgnoreCase).SelectMany(flow => End([.. rows.Find(flow.Key, [])], [.. flow]))];

    /// <summary>Ends the ticks that have crashed, also among the known ones.</summary>
    private List<TickRow> End(List<TickRow> known, IReadOnlyList<LostTick> lost)
    {
        List<TickRow> crashed = [];
        foreach (LostTick tick in lost)
        {
            int index = tick.Crashed is null ? -1 : known.IndexOf(tick.Seen);
            if (index >= 0 && rows.Change(tick.Crashed!))
            {
                known[index] = tick.Crashed!;
                crashed.Add(tick.Crashed!);
            }
        }

        return crashed;
    }

    private void RemoveFree(List<TickRow> known, IReadOnlyList<LostTick> lost, Func<DateTimeOffset, bool> which)
    {
        foreach (LostTick tick in lost.Where(tick => tick.Crashed is null && which(tick.Seen.Time)))
        {
            if (known.Remove(tick.Seen))
            {
                rows.Remove(tick.Seen.Id);
            }
        }
    }

    private TickClaim Claim(MultipleInstances rule, TickRow tick, List<TickRow> known, TickRow[] open, IReadOnlyList<TickRow> crashed)
    {
        if (known.Find(other => other.Time == tick.Time) is { } taken)
        {
            return new TickClaim(TickClaimKind.AlreadyTaken, taken, crashed);
        }

        bool isSkipped = open.Length > 0 && rule == MultipleInstances.IgnoreNew;
        TickRow row = isSkipped ? TickCoordinator.AsSkipped(tick with { EndTime = now }, $"The run of {Text(open[0].Time)} has not ended.") : tick;
        row = row with { Id = rows.Add(row) };
        known.Add(row);
        if (isSkipped)
        {
            return new TickClaim(TickClaimKind.Skipped, row, crashed);
        }

        foreach (TickRow other in rule == MultipleInstances.StopExisting ? open : [])
        {
            rows.AskToStop(other.Id, $"The run of {Text(row.Time)} takes its place.");
        }

        bool waits = open.Length > 0 && rule != MultipleInstances.Parallel;
        return new TickClaim(waits ? TickClaimKind.Waits : TickClaimKind.Started, row, crashed);
    }

    private static bool IsLost(TickRow tick, IReadOnlyList<LostTick> lost) => lost.Any(other => other.Seen == tick);

    private static string Text(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
