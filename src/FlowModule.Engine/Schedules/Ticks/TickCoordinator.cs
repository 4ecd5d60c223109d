using System.Collections.Concurrent;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>
/// Coordinates the ticks of scheduled flows between processes: which one runs a tick, and which ones wait. If the history cannot
/// be used there is no coordination: every tick runs at once, because running it matters most.
/// </summary>
internal sealed class TickCoordinator : ITickRecords
{
    /// <summary>The state name of a tick that did not run. The state's type is Cancelled.</summary>
    internal const string Skipped = "Skipped";

    /// <summary>The exit code for a tick that did not run.</summary>
    internal const int SkippedExitCode = 4;

    /// <summary>How long after trouble it is tried again to write what could not be written.</summary>
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly IStoreAccess _history;
    private readonly IHistoryRounds _rounds;
    private readonly LostTicks _lost;
    private readonly ConcurrentDictionary<long, Action<string>> _stops = new();
    private readonly ConcurrentDictionary<long, TickRow> _unwritten = new();

    internal TickCoordinator(IStoreAccess history, IHistoryRounds rounds)
    {
        _history = history;
        _rounds = rounds;
        _lost = new LostTicks(history);
        rounds.Each(LookForStops);
    }

    /// <summary>
    /// Claims ticks that will run one after another, all together or none. The flow's rules decide about other active ticks of the flow;
    /// the claimed ticks do not count among these.
    /// </summary>
    internal IReadOnlyList<TickClaim> Claim(ScheduledFlow flow, IReadOnlyList<ScheduledTick> ticks)
    {
        TickRow[] rows = [.. ticks.Select(tick => Row(flow, tick))];
        IReadOnlyList<TickClaim> claims = [];
        bool isKept = TryChange(flow.Name, (store, lost) =>
            claims = store.Claim(new TickRequest(flow.Name, rows, flow.MultipleInstances, flow.Missed == MissedRuns.RunOnce, lost)));
        return isKept ? claims : [.. rows.Select(row => new TickClaim(TickClaimKind.Started, row, []))];
    }

    /// <summary>Releases a claimed tick that has not begun, so that another process can claim it.</summary>
    internal void Release(TickRow tick) => _history.TryChange(store => store.Schedules.Release(tick.Id));

    private static TickRow Row(ScheduledFlow flow, in ScheduledTick tick) => new()
    {
        Name = flow.Name,
        Time = tick.Time,
        IsMissed = tick.IsMissed,
        IsManual = tick.IsManual,
        State = StateType.Scheduled,
        LogPath = flow.LogPath,
    };

    /// <summary>Records that a tick was skipped, together with the free ticks before it.</summary>
    public void Skip(ScheduledFlow flow, DateTimeOffset time, string message) => TryChange(flow.Name, (store, lost) =>
        store.Record(AsSkipped(new TickRow { Name = flow.Name, Time = time, IsMissed = true, State = StateType.Scheduled }, message), lost));

    /// <summary>The ticks that come before a waiting tick, after ticks of dead processes have been ended.</summary>
    internal (IReadOnlyList<TickRow> Before, IReadOnlyList<TickRow> Crashed) Ahead(TickRow tick)
    {
        IReadOnlyList<TickRow> crashed = [];
        if (!TryWriteEnds() || OpenOf(tick.Name) is not { } open)
        {
            return ([], []);
        }

        // Usually none is lost, and then no writer has to wait.
        IReadOnlyList<LostTick> lost = _lost.Among(open);
        bool isKept = !lost.Any(static tick => tick.Crashed is not null) || _history.TryChange(store => crashed = store.Schedules.End(lost));
        return isKept ? ([.. open.Select(static other => other.Tick).Where(other => other.Id < tick.Id && !lost.Any(gone => gone.Seen == other))], crashed) : ([], []);
    }

    /// <summary>
    /// Stores the new state of a tick. Returns false if the tick has ended already: another process considered this one dead, or ended
    /// the tick. A change that cannot be written now is written later. Otherwise the tick would look as if it had not begun, and run again, or as if it still ran, and
    /// block other runs.
    /// </summary>
    internal bool Change(TickRow tick)
    {
        bool isOpen = true;
        if (tick.Id == 0 && !tick.IsOpen)
        {
            // It could not be stored when it began. Now it must not look like a missed tick.
            TryChange(tick.Name, (store, _) => store.Record(tick, []));
        }

        if (tick.Id != 0 && !_history.TryChange(Write))
        {
            _unwritten[tick.Id] = tick;
        }

        return isOpen;

        void Write(IHistoryStore store)
        {
            // This change replaces an earlier one that was not written.
            _unwritten.TryRemove(tick.Id, out _);
            isOpen = store.Schedules.Change(tick);
        }
    }

    /// <summary>Ends the ticks of dead processes, and returns those without a notification yet.</summary>
    /// <param name="isKnown">Whether the caller reports the flow with this name. Other flows are left to the processes that do.</param>
    internal IReadOnlyList<TickRow> Sweep(Func<string, bool> isKnown)
    {
        IReadOnlyList<TickRow> crashed = [];
        if (!TryWriteEnds() || OpenOf(name: null) is not { } open)
        {
            return [];
        }

        // Usually there are none, and then no writer has to wait. The predicate may wait for a lock, which it must not do in a transaction.
        LostTick[] gone = [.. _lost.Among(open).Where(tick => tick.Crashed is not null && isKnown(tick.Seen.Name))];
        return gone.Length > 0 && _history.TryChange(store => crashed = store.Schedules.End(gone)) ? crashed : [];
    }

    /// <summary>Writes the changes that could not be written before. Returns false if some are left.</summary>
    internal bool TryWriteEnds()
    {
        foreach (KeyValuePair<long, TickRow> tick in _unwritten)
        {
            if (!_history.TryChange(store => store.Schedules.Change(tick.Value)))
            {
                return false;
            }

            _unwritten.TryRemove(tick);
        }

        return true;
    }

    /// <summary>Repeats this while the history is unavailable.</summary>
    internal void WriteEnds(TimeSpan patience, CancellationToken stop)
    {
        long begin = _history.Time.GetTimestamp();
        while (!TryWriteEnds() && _history.Time.GetElapsedTime(begin) < patience && !stop.WaitHandle.WaitOne(RetryAfter))
        {
            // Not yet.
        }
    }

    /// <summary>What is known of a flow's ticks.</summary>
    public KnownTicks Known(string name)
    {
        IReadOnlyList<SupervisedTick> open = [];
        DateTimeOffset? ended = null;
        if (!_history.TryUse(store => (open, ended) = (store.Schedules.Open(name), store.Schedules.LastEnded(name))))
        {
            return KnownTicks.None;
        }

        DateTimeOffset[] free = [.. Free(open).Select(static tick => tick.Time)];
        IEnumerable<DateTimeOffset?> taken = open.Where(tick => !tick.Tick.IsManual && !free.Contains(tick.Tick.Time)).Select(static tick => (DateTimeOffset?)tick.Tick.Time);
        return new KnownTicks(taken.Append(ended).Max(), free);
    }

    /// <summary>The claimed ticks that have not begun and have no process any more.</summary>
    public IReadOnlyList<(string Name, DateTimeOffset Time)> Free(Func<string, bool> isKnown) =>
        [.. Free(OpenOf(name: null) ?? []).Where(tick => isKnown(tick.Name)).Select(static tick => (tick.Name, tick.Time))];

    /// <summary>Calls back when another process asks to stop a tick, until the result is disposed.</summary>
    internal IDisposable WhenAskedToStop(TickRow tick, Action<string> stop)
    {
        if (tick.Id == 0)
        {
            return new Attendance(static () => { });
        }

        _stops[tick.Id] = stop;

        // The next round also finds a request that came before this call.
        IDisposable ticking = _rounds.Attend();
        return new Attendance(() =>
        {
            _stops.TryRemove(tick.Id, out _);
            ticking.Dispose();
        });
    }

    /// <summary>The last ticks of a flow, the newest first; ticks of dead processes are shown as Crashed.</summary>
    /// <exception cref="HistoryException">The history cannot be read.</exception>
    internal IReadOnlyList<TickRow> Last(string name, int count) =>
        [.. _history.Change(store => store.Schedules.Last(name, count)).Select(_lost.AsSeen)];

    /// <summary>The names of all flows that have ticks, in alphabetical order.</summary>
    /// <exception cref="HistoryException">The history cannot be read.</exception>
    internal IReadOnlyList<string> Names() => _history.Change(store => store.Schedules.Names());

    internal static TickRow AsSkipped(TickRow tick, string message) =>
        tick with { State = StateType.Cancelled, StateName = Skipped, Message = message, ExitCode = SkippedExitCode, EndTime = tick.EndTime ?? tick.Time };

    /// <summary>
    /// Makes a change that depends on which ticks of a flow are lost. Changes that could not be written before come first: such a tick would be taken for one
    /// that goes on. Returns false if nothing was stored; then all rows and numbers that were read in between are invalid.
    /// </summary>
    private bool TryChange(string name, Action<IScheduleStore, IReadOnlyList<LostTick>> change)
    {
        if (!TryWriteEnds() || OpenOf(name) is not { } open)
        {
            return false;
        }

        IReadOnlyList<LostTick> lost = _lost.Among(open);
        return _history.TryChange(store => change(store.Schedules, lost));
    }

    /// <summary>The ticks that wait or run; null if the history cannot be used.</summary>
    private IReadOnlyList<SupervisedTick>? OpenOf(string? name)
    {
        IReadOnlyList<SupervisedTick> open = [];
        return _history.TryUse(store => open = store.Schedules.Open(name)) ? open : null;
    }

    private IEnumerable<TickRow> Free(IReadOnlyList<SupervisedTick> open) => _lost.Among(open).Where(static tick => tick.Crashed is null).Select(static tick => tick.Seen);

    private void LookForStops(IHistoryStore store)
    {
        if (_stops.IsEmpty)
        {
            return;
        }

        foreach ((long id, string reason) in store.Schedules.Stops())
        {
            // Once: the request stays in the history until the tick is over.
            if (_stops.TryRemove(id, out Action<string>? stop))
            {
                _rounds.After(() => stop(reason));
            }
        }
    }

    private sealed class Attendance(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
