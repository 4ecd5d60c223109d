using System.Collections.Concurrent;
using System.Globalization;

namespace FlowModule.Engine;

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

    private const int FailedExitCode = 1;

    private readonly RunHistory _history;
    private readonly ConcurrentDictionary<long, Action<string>> _stops = new();
    private readonly ConcurrentDictionary<long, TickRow> _ends = new();
    private volatile bool _mustLook;

    internal TickDesk(RunHistory history)
    {
        _history = history;
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
            IReadOnlyList<TickRow> open = store.Schedules.Open(flow.Name);
            claims = [.. rows.Select((row, index) => Claim(store, flow, row, open, index == 0 ? crashed : []))];
        });
        return isKept ? claims : [.. rows.Select(row => new TickClaim(TickClaimKind.Started, row, []))];
    }

    /// <summary>Gives a time back that has not begun: it is nobody's again.</summary>
    internal void Release(TickRow tick) => _history.TryChange(store => store.Schedules.Remove(tick.Id));

    private static TickRow Row(ScheduledFlow flow, in ScheduledTick tick) => new()
    {
        Name = flow.Name,
        Time = tick.Time,
        IsMissed = tick.IsMissed,
        IsManual = tick.IsManual,
        State = StateType.Scheduled,
        LogPath = flow.LogPath,
    };

    /// <summary>Notes that a time was not run.</summary>
    public void Skip(ScheduledFlow flow, DateTimeOffset time, string message) =>
        TryChange(store => Add(store, AsSkipped(new TickRow { Name = flow.Name, Time = time, IsMissed = true, State = StateType.Scheduled }, message)));

    /// <summary>Those that come before a time that waits, after a look for such whose process has died.</summary>
    internal (IReadOnlyList<TickRow> Before, IReadOnlyList<TickRow> Crashed) Ahead(TickRow tick)
    {
        IReadOnlyList<TickRow> before = [], crashed = [];
        bool isKept = TryChange(store =>
        {
            crashed = Sweep(store, tick.Name);
            before = [.. store.Schedules.Open(tick.Name).Where(other => other.Id < tick.Id)];
        });
        return isKept ? (before, crashed) : ([], []);
    }

    /// <summary>
    /// Keeps what has become of a time. False when it is over already: another process has taken it for dead, or has put an end to it. An end
    /// that cannot be written now is written later: else the time would look as if it went on, and keep others from running.
    /// </summary>
    internal bool Change(TickRow tick)
    {
        bool isOpen = true;
        if (tick.Id == 0 && !tick.IsOpen)
        {
            // It could not be kept when it began. Now it must not look as if it had been missed.
            TryChange(store => Add(store, tick));
        }

        if (tick.Id != 0 && !_history.TryChange(store => isOpen = store.Schedules.Change(tick)) && !tick.IsOpen)
        {
            _ends[tick.Id] = tick;
        }

        return isOpen;
    }

    /// <summary>Ends the times whose process has died, and gives those that nobody has told of.</summary>
    /// <param name="isKnown">Whether the caller tells of the flow of a name. Others are left to those who do.</param>
    internal IReadOnlyList<TickRow> Sweep(Func<string, bool> isKnown)
    {
        IReadOnlyList<TickRow> gone = [], crashed = [];

        // Mostly there are none, and then nobody who writes has to wait for this.
        _history.TryUse(store => gone = [.. store.Schedules.Open().Where(tick => IsGone(store, tick))]);

        // The caller may wait for others here, which it must not while the store is held.
        gone = [.. gone.Where(tick => isKnown(tick.Name))];
        return (gone.Count > 0 || !_ends.IsEmpty) && TryChange(store => crashed = End(store, gone)) ? crashed : [];
    }

    /// <summary>Writes the ends that could not be written before. False when some are still to be written.</summary>
    internal bool TryWriteEnds() => _ends.IsEmpty || TryChange(static _ => { });

    /// <summary>The same, again and again as long as the history is in trouble.</summary>
    internal void WriteEnds(TimeSpan patience, CancellationToken stop)
    {
        long begin = _history.Time.GetTimestamp();
        while (!TryWriteEnds() && _history.Time.GetElapsedTime(begin) < patience && !stop.WaitHandle.WaitOne(RunHistory.RetryAfter))
        {
            // Not yet.
        }
    }

    /// <summary>Whether a time that another process had taken is nobody's any more: it was given back. Null when that cannot be told yet.</summary>
    public bool? IsGivenBack(string name, DateTimeOffset time)
    {
        TickRow? tick = null;
        bool isRead = _history.TryUse(store => tick = store.Schedules.Find(name, time));
        return !isRead || tick is { State: StateType.Scheduled } ? null : tick is null;
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

    /// <summary>The last time of a flow's schedules that is known; null when there is none, or it cannot be told.</summary>
    public DateTimeOffset? LastTime(string name)
    {
        DateTimeOffset? last = null;
        _history.TryUse(store => last = store.Schedules.LastTime(name));
        return last;
    }

    /// <summary>The last times of a flow, the newest first; of those whose process has died it says so.</summary>
    /// <exception cref="HistoryException">The history cannot be read.</exception>
    internal IReadOnlyList<TickRow> Last(string name, int count) =>
        _history.Change(store => (IReadOnlyList<TickRow>)[.. store.Schedules.Last(name, count).Select(tick => tick.IsOpen && IsGone(store, tick) ? AsCrashed(store, tick) : tick)]);

    /// <summary>The names of all flows that there are times of, in alphabetical order.</summary>
    /// <exception cref="HistoryException">The history cannot be read.</exception>
    internal IReadOnlyList<string> Names() => _history.Change(store => store.Schedules.Names());

    internal static TickRow AsSkipped(TickRow tick, string message) =>
        tick with { State = StateType.Cancelled, StateName = Skipped, Message = message, ExitCode = SkippedExitCode, EndTime = tick.EndTime ?? tick.Time };

    /// <summary>
    /// Changes something, and writes the ends that could not be written before. False when nothing of it is kept: what was read and numbered
    /// meanwhile is then void.
    /// </summary>
    private bool TryChange(Action<IHistoryStore> change)
    {
        TickRow[] ends = [.. _ends.Values];
        bool isKept = _history.TryChange(store => store.Schedules.InTransaction(() =>
        {
            Array.ForEach(ends, tick => store.Schedules.Change(tick));
            change(store);
        }));
        if (isKept)
        {
            Array.ForEach(ends, tick => _ends.TryRemove(tick.Id, out _));
        }

        return isKept;
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
    private List<TickRow> Sweep(IHistoryStore store, string name) => End(store, [.. store.Schedules.Open(name).Where(tick => IsGone(store, tick))]);

    private List<TickRow> End(IHistoryStore store, IReadOnlyList<TickRow> gone)
    {
        List<TickRow> crashed = [.. gone.Select(tick => AsCrashed(store, tick))];
        crashed.RemoveAll(tick => !store.Schedules.Change(tick));
        return crashed;
    }

    /// <summary>Whether neither the process that sees to a time lives nor, as it may for a while, the one that the script runs in.</summary>
    private bool IsGone(IHistoryStore store, TickRow tick)
    {
        if (tick.IsOwn || _history.IsAlive(store, tick.Process))
        {
            return false;
        }

        return tick.Script is not { } script || store.Processes.Find(tick.Process) is not { } process
            || ProcessTable.Look(process.Identity with { ProcessId = script.ProcessId, Birth = script.Birth }) != ProcessEvidence.Running;
    }

    private TickRow AsCrashed(IHistoryStore store, TickRow tick)
    {
        ProcessRecord? process = store.Processes.Find(tick.Process);
        return tick with
        {
            State = StateType.Crashed,
            StateName = null,
            ExitCode = FailedExitCode,
            EndTime = process?.EndTime ?? process?.Heartbeat ?? _history.Time.GetUtcNow(),
            Message = process is null
                ? "The process that ran it is gone."
                : CrashSweep.Describe(process, _history.LivenessOf(process), process.EndTime ?? process.Heartbeat),
        };
    }

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
