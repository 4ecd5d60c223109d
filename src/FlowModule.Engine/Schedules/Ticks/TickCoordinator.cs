using System.Collections.Concurrent;
using System.Globalization;
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
        TickClaim[] claims = [];
        bool isKept = TryChange(store =>
        {
            IReadOnlyList<TickRow> crashed = Sweep(store, flow.Name);
            TakeFree(store, flow, ticks);
            IReadOnlyList<TickRow> open = [.. store.Schedules.Open(flow.Name).Where(tick => !_lost.IsFree(store, tick))];
            claims = [.. rows.Select((row, index) => Claim(store, flow, row, open, index == 0 ? crashed : []))];
        });
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
    public void Skip(ScheduledFlow flow, DateTimeOffset time, string message) => TryChange(store =>
    {
        RemoveFree(store, flow.Name, tick => tick <= time);
        Add(store, AsSkipped(new TickRow { Name = flow.Name, Time = time, IsMissed = true, State = StateType.Scheduled }, message));
    });

    /// <summary>The ticks that come before a waiting tick, after ticks of dead processes have been ended.</summary>
    internal (IReadOnlyList<TickRow> Before, IReadOnlyList<TickRow> Crashed) Ahead(TickRow tick)
    {
        IReadOnlyList<TickRow> before = [], crashed = [];
        bool isKept = TryChange(store =>
        {
            crashed = Sweep(store, tick.Name);
            before = [.. store.Schedules.Open(tick.Name).Where(other => other.Id < tick.Id && !_lost.IsFree(store, other))];
        });
        return isKept ? (before, crashed) : ([], []);
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
            TryChange(store => Add(store, tick));
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
        IReadOnlyList<TickRow> gone = [], crashed = [];

        // Usually there are none, and then no writer has to wait.
        _history.TryUse(store => gone = [.. store.Schedules.Open().Where(tick => _lost.IsCrashed(store, tick))]);

        // The predicate may wait for a lock, which it must not do in a transaction.
        gone = [.. gone.Where(tick => isKnown(tick.Name))];
        return (gone.Count > 0 || !_unwritten.IsEmpty) && TryChange(store => crashed = _lost.End(store, gone)) ? crashed : [];
    }

    /// <summary>Writes the changes that could not be written before. Returns false if some are left.</summary>
    internal bool TryWriteEnds() => _unwritten.IsEmpty || TryChange(static _ => { });

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
        KnownTicks known = KnownTicks.None;
        _history.TryUse(store =>
        {
            DateTimeOffset[] free = [.. _lost.Free(store, name).Select(tick => tick.Time)];
            DateTimeOffset? last = store.Schedules.LastTime(name, DateTimeOffset.MaxValue);
            while (last is { } time && free.Contains(time))
            {
                last = store.Schedules.LastTime(name, time);
            }

            known = new KnownTicks(last, free);
        });
        return known;
    }

    /// <summary>The claimed ticks that have not begun and have no process any more.</summary>
    public IReadOnlyList<(string Name, DateTimeOffset Time)> Free(Func<string, bool> isKnown)
    {
        IReadOnlyList<TickRow> free = [];
        _history.TryUse(store => free = [.. store.Schedules.Open().Where(tick => _lost.IsFree(store, tick))]);
        return [.. free.Where(tick => isKnown(tick.Name)).Select(tick => (tick.Name, tick.Time))];
    }

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
        _history.Change(store => (IReadOnlyList<TickRow>)[.. store.Schedules.Last(name, count).Select(tick => _lost.AsSeen(store, tick))]);

    /// <summary>The names of all flows that have ticks, in alphabetical order.</summary>
    /// <exception cref="HistoryException">The history cannot be read.</exception>
    internal IReadOnlyList<string> Names() => _history.Change(store => store.Schedules.Names());

    internal static TickRow AsSkipped(TickRow tick, string message) =>
        tick with { State = StateType.Cancelled, StateName = Skipped, Message = message, ExitCode = SkippedExitCode, EndTime = tick.EndTime ?? tick.Time };

    /// <summary>
    /// Makes a change, and writes earlier changes that could not be written. Returns false if nothing was stored; then all rows and numbers that
    /// were read in between are invalid.
    /// </summary>
    private bool TryChange(Action<IHistoryStore> change)
    {
        KeyValuePair<long, TickRow>[] written = [];
        bool isKept = _history.TryChange(store => store.Schedules.InTransaction(() =>
        {
            written = [.. _unwritten];
            Array.ForEach(written, tick => store.Schedules.Change(tick.Value));
            change(store);
        }));
        if (isKept)
        {
            Array.ForEach(written, tick => _unwritten.TryRemove(tick));
        }

        return isKept;
    }

    /// <summary>Removes the claims on free ticks that are claimed again now, and on those that a single run makes up for.</summary>
    private void TakeFree(IHistoryStore store, ScheduledFlow flow, IReadOnlyList<ScheduledTick> ticks) => RemoveFree(
        store, flow.Name, time => ticks.Any(tick => tick.Time == time || (tick.IsMissed && flow.Missed == MissedRuns.RunOnce && time < tick.Time)));

    private void RemoveFree(IHistoryStore store, string name, Func<DateTimeOffset, bool> which)
    {
        foreach (TickRow tick in _lost.Free(store, name).Where(tick => which(tick.Time)))
        {
            store.Schedules.Remove(tick.Id);
        }
    }

    private static void Add(IHistoryStore store, TickRow tick)
    {
        if (store.Schedules.Find(tick.Name, tick.Time) is null)
        {
            store.Schedules.Add(tick);
        }
    }

    private TickClaim Claim(IHistoryStore store, ScheduledFlow flow, TickRow row, IReadOnlyList<TickRow> open, IReadOnlyList<TickRow> crashed)
    {
        IScheduleStore ticks = store.Schedules;
        if (ticks.Find(row.Name, row.Time) is { } known)
        {
            return new TickClaim(TickClaimKind.AlreadyTaken, known, crashed);
        }

        if (open.Count > 0 && flow.MultipleInstances == MultipleInstances.IgnoreNew)
        {
            row = AsSkipped(row with { EndTime = _history.Time.GetUtcNow() }, $"The run of {Text(open[0].Time)} has not ended.");
            return new TickClaim(TickClaimKind.Skipped, row with { Id = ticks.Add(row) }, crashed);
        }

        row = row with { Id = ticks.Add(row) };
        if (flow.MultipleInstances == MultipleInstances.StopExisting)
        {
            foreach (TickRow other in open)
            {
                ticks.AskToStop(other.Id, $"The run of {Text(row.Time)} takes its place.");
            }
        }

        bool waits = open.Count > 0 && flow.MultipleInstances != MultipleInstances.Parallel;
        return new TickClaim(waits ? TickClaimKind.Waits : TickClaimKind.Started, row, crashed);
    }

    /// <summary>Ends the ticks of dead processes, in the current transaction.</summary>
    private IReadOnlyList<TickRow> Sweep(IHistoryStore store, string name) => _lost.End(store, [.. store.Schedules.Open(name).Where(tick => _lost.IsCrashed(store, tick))]);

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

    private static string Text(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private sealed class Attendance(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
