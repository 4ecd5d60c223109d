using System.Collections.Concurrent;
using System.Globalization;
using FlowModule.Engine.History;

namespace FlowModule.Engine.Schedules.Ticks;

/// <summary>
/// Where processes come to an agreement on the times of scheduled flows: who runs one, and who waits for whom. Where the history cannot
/// be used there is none: then each time runs at once, for to run it is what counts.
/// </summary>
internal sealed class TickDesk : ITickRecords
{
    /// <summary>Skipped: it was not run. The state's type is Cancelled.</summary>
    internal const string Skipped = "Skipped";

    /// <summary>What a process tells of a time that was not run.</summary>
    internal const int SkippedExitCode = 4;

    private readonly RunHistory _history;
    private readonly LostTicks _lost;
    private readonly ConcurrentDictionary<long, Action<string>> _stops = new();
    private readonly ConcurrentDictionary<long, TickRow> _unwritten = new();
    private volatile bool _mustLook;

    internal TickDesk(RunHistory history)
    {
        _history = history;
        _lost = new LostTicks(history);
        history.EachTick(LookForStops);
    }

    /// <summary>
    /// Takes times that one after another are to be run, all or none of them together: as the flow says what is to happen when others of it
    /// run, among which they do not count themselves.
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

    /// <summary>Gives a time back that has not begun: it is nobody's again.</summary>
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

    /// <summary>Notes that a time was not run, and with it those before it that are free.</summary>
    public void Skip(ScheduledFlow flow, DateTimeOffset time, string message) => TryChange(store =>
    {
        RemoveFree(store, flow.Name, tick => tick <= time);
        Add(store, AsSkipped(new TickRow { Name = flow.Name, Time = time, IsMissed = true, State = StateType.Scheduled }, message));
    });

    /// <summary>Those that come before a time that waits, after a look for such whose process has died.</summary>
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
    /// Keeps what has become of a time. False when it is over already: another process has taken it for dead, or has put an end to it. What
    /// cannot be written now is written later: else the time would look as if it had not begun, and run again, or as if it went on, and keep
    /// others from running.
    /// </summary>
    internal bool Change(TickRow tick)
    {
        bool isOpen = true;
        if (tick.Id == 0 && !tick.IsOpen)
        {
            // It could not be kept when it began. Now it must not look as if it had been missed.
            TryChange(store => Add(store, tick));
        }

        if (tick.Id != 0 && !_history.TryChange(Write))
        {
            _unwritten[tick.Id] = tick;
        }

        return isOpen;

        void Write(IHistoryStore store)
        {
            // What was to be written before is out of date.
            _unwritten.TryRemove(tick.Id, out _);
            isOpen = store.Schedules.Change(tick);
        }
    }

    /// <summary>Ends the times whose process has died, and gives those that nobody has told of.</summary>
    /// <param name="isKnown">Whether the caller tells of the flow of a name. Others are left to those who do.</param>
    internal IReadOnlyList<TickRow> Sweep(Func<string, bool> isKnown)
    {
        IReadOnlyList<TickRow> gone = [], crashed = [];

        // Mostly there are none, and then nobody who writes has to wait for this.
        _history.TryUse(store => gone = [.. store.Schedules.Open().Where(tick => _lost.IsCrashed(store, tick))]);

        // The caller may wait for others here, which it must not while the store is held.
        gone = [.. gone.Where(tick => isKnown(tick.Name))];
        return (gone.Count > 0 || !_unwritten.IsEmpty) && TryChange(store => crashed = _lost.End(store, gone)) ? crashed : [];
    }

    /// <summary>Writes what could not be written before. False when some of it is still to be written.</summary>
    internal bool TryWriteEnds() => _unwritten.IsEmpty || TryChange(static _ => { });

    /// <summary>The same, again and again as long as the history is in trouble.</summary>
    internal void WriteEnds(TimeSpan patience, CancellationToken stop)
    {
        long begin = _history.Time.GetTimestamp();
        while (!TryWriteEnds() && _history.Time.GetElapsedTime(begin) < patience && !stop.WaitHandle.WaitOne(RunHistory.RetryAfter))
        {
            // Not yet.
        }
    }

    /// <summary>What is known of a flow's times.</summary>
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

    /// <summary>The times that were taken and have not begun, and that nobody sees to any more.</summary>
    public IReadOnlyList<(string Name, DateTimeOffset Time)> Free(Func<string, bool> isKnown)
    {
        IReadOnlyList<TickRow> free = [];
        _history.TryUse(store => free = [.. store.Schedules.Open().Where(tick => _lost.IsFree(store, tick))]);
        return [.. free.Where(tick => isKnown(tick.Name)).Select(tick => (tick.Name, tick.Time))];
    }

    /// <summary>Has somebody called when another process asks for a time to be stopped, until the result is disposed.</summary>
    internal IDisposable WhenAskedToStop(TickRow tick, Action<string> stop)
    {
        if (tick.Id == 0)
        {
            return new Attendance(static () => { });
        }

        _stops[tick.Id] = stop;

        // One that came before this.
        _mustLook = true;
        IDisposable ticking = _history.Attend();
        return new Attendance(() =>
        {
            _stops.TryRemove(tick.Id, out _);
            ticking.Dispose();
        });
    }

    /// <summary>The last times of a flow, the newest first; of those whose process has died it says so.</summary>
    /// <exception cref="HistoryException">The history cannot be read.</exception>
    internal IReadOnlyList<TickRow> Last(string name, int count) =>
        _history.Change(store => (IReadOnlyList<TickRow>)[.. store.Schedules.Last(name, count).Select(tick => _lost.AsSeen(store, tick))]);

    /// <summary>The names of all flows that there are times of, in alphabetical order.</summary>
    /// <exception cref="HistoryException">The history cannot be read.</exception>
    internal IReadOnlyList<string> Names() => _history.Change(store => store.Schedules.Names());

    internal static TickRow AsSkipped(TickRow tick, string message) =>
        tick with { State = StateType.Cancelled, StateName = Skipped, Message = message, ExitCode = SkippedExitCode, EndTime = tick.EndTime ?? tick.Time };

    /// <summary>
    /// Changes something, and writes what could not be written before. False when nothing of it is kept: what was read and numbered
    /// meanwhile is then void.
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

    /// <summary>Has times be nobody's that are free and now taken anew, and those that the one run makes up for that is made up for all.</summary>
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

            // Some may be this process's own.
            _mustLook = true;
        }

        bool waits = open.Count > 0 && flow.MultipleInstances != MultipleInstances.Parallel;
        return new TickClaim(waits ? TickClaimKind.Waits : TickClaimKind.Started, row, crashed);
    }

    /// <summary>Ends the times whose process has died. In the transaction that there is.</summary>
    private IReadOnlyList<TickRow> Sweep(IHistoryStore store, string name) => _lost.End(store, [.. store.Schedules.Open(name).Where(tick => _lost.IsCrashed(store, tick))]);

    private void LookForStops(IHistoryStore store)
    {
        if (_stops.IsEmpty || !(store.Schedules.HasChanged() | _mustLook))
        {
            return;
        }

        _mustLook = false;
        foreach ((long id, string reason) in store.Schedules.Stops())
        {
            if (_stops.TryGetValue(id, out Action<string>? stop))
            {
                _history.AfterTick(() => stop(reason));
            }
        }
    }

    private static string Text(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private sealed class Attendance(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
