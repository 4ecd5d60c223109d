using FlowModule.Engine.Schedules.Ticks;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Storage.Tests.Memory;

/// <summary>The ticks of scheduled flows.</summary>
internal sealed class MemoryTicks(MemoryStore store) : IScheduleStore, ITickRows
{
    private IEnumerable<TickRow> All => store.Tables.Ticks.Values.Select(
        tick => tick with { IsOwn = tick.Process != MemoryStore.NoProcess && tick.Process == store.Process });

    private TickRules Rules => new(this, store.Database.Time.GetUtcNow());

    public IReadOnlyList<SupervisedTick> Open(string? name = null) => [.. All.Where(tick => tick.IsOpen && (name is null || IsOf(tick, name))).Select(Supervise)];

    public IReadOnlyList<SupervisedTick> Last(string name, int count) => [.. Of(name).OrderByDescending(tick => tick.Time).Take(count).Select(Supervise)];

    public IReadOnlyList<string> Names() =>
        [.. All.Select(tick => tick.Name).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)];

    public DateTimeOffset? LastEnded(string name) => Of(name).Where(tick => tick is { IsManual: false, IsOpen: false }).Select(tick => (DateTimeOffset?)tick.Time).Max();

    public IReadOnlyList<TickClaim> Claim(TickRequest request) => store.Change(() => Rules.Claim(request));

    public void Record(TickRow tick, IReadOnlyList<LostTick> lost) => store.Change(() => Rules.Record(tick, lost));

    public IReadOnlyList<TickRow> End(IReadOnlyList<LostTick> lost) => store.Change(() => Rules.End(lost));

    public IReadOnlyList<TickRow> Find(string name, IReadOnlyList<DateTimeOffset> times) => [.. Of(name).Where(tick => tick.IsOpen || times.Contains(tick.Time))];

    public long Add(TickRow tick) => store.Change(() =>
    {
        if (IsThere(tick))
        {
            throw new HistoryException(HistoryFault.Unavailable, "There is such a tick.");
        }

        long number = store.NextNumber();
        Set(tick with { Id = number, Process = store.Process });
        return number;
    });

    public bool Change(TickRow tick) => store.Change(() =>
    {
        if (store.Tables.Ticks.GetValueOrDefault(tick.Id) is { IsOpen: true } known)
        {
            Set(tick with { Process = known.Process, Name = known.Name, Time = known.Time, IsMissed = known.IsMissed, IsManual = known.IsManual });
            return true;
        }

        return !IsThere(tick);
    });

    public void Release(long id) => ChangeOpen(id, tick => Set(tick with { Process = MemoryStore.NoProcess }));

    public void Remove(long id) => ChangeOpen(id, tick => store.Tables = store.Tables with
    {
        Ticks = store.Tables.Ticks.Remove(tick.Id), Stops = store.Tables.Stops.Remove(tick.Id),
    });

    public void AskToStop(long id, string reason) =>
        ChangeOpen(id, tick => store.Tables = store.Tables with { Stops = store.Tables.Stops.SetItem(tick.Id, reason) });

    public IReadOnlyList<(long Id, string Reason)> Stops() =>
        [.. All.Where(tick => tick.IsOpen && tick.IsOwn && store.Tables.Stops.ContainsKey(tick.Id)).Select(tick => (tick.Id, store.Tables.Stops[tick.Id]))];

    public void RemoveOld(TimeSpan age) => store.Change(() =>
    {
        long[] old =
        [
            .. All.Where(tick => !tick.IsOpen && tick.EndTime < store.Clock.GetUtcNow() - age && All.Any(other => IsOf(other, tick.Name) && !other.IsManual && other.Time > tick.Time))
                .Select(tick => tick.Id),
        ];
        store.Tables = store.Tables with { Ticks = store.Tables.Ticks.RemoveRange(old) };
    });

    private static bool IsOf(TickRow tick, string name) => tick.Name.Equals(name, StringComparison.OrdinalIgnoreCase);

    private IEnumerable<TickRow> Of(string name) => All.Where(tick => IsOf(tick, name));

    private bool IsThere(TickRow tick) => Of(tick.Name).Any(other => other.Time == tick.Time);

    private SupervisedTick Supervise(TickRow tick) => new(tick, store.Tables.Processes.GetValueOrDefault(tick.Process)?.Record);

    private void ChangeOpen(long id, Action<TickRow> change) => store.Change(() =>
    {
        if (store.Tables.Ticks.GetValueOrDefault(id) is { IsOpen: true } tick)
        {
            change(tick);
        }
    });

    private void Set(TickRow tick) => store.Tables = store.Tables with { Ticks = store.Tables.Ticks.SetItem(tick.Id, tick with { IsOwn = false }) };
}
