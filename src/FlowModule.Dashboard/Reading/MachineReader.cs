using FlowModule.Engine.Liveness;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Scheduling.Registrations;

namespace FlowModule.Dashboard.Reading;

/// <summary>Reads data about this machine for the pages: processes, limits and scheduled flows.</summary>
internal sealed class MachineReader(HistoryReader reader, TimeProvider time)
{
    // Each query starts programs of crontab, systemd or Task Scheduler.
    private static readonly TimeSpan AskForSchedulesEach = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private IReadOnlyList<FlowRegistration> _registrations = [];
    private long? _askedAt;

    /// <summary>Returns the processes that record runs, with their runs.</summary>
    internal IReadOnlyList<ProcessRow> Processes()
    {
        if (!reader.Exists)
        {
            return [];
        }

        ILookup<(string?, int?), RunRow> runs = reader.OpenRuns();
        (IReadOnlyList<ProcessRecord> open, HashSet<long> schedulers) = reader.History.Read(static store =>
            (store.Processes.Open(), store.Schedules.Open().Select(static tick => tick.Tick.Process).ToHashSet()));
        return [.. open.Select(process => RowOf(process, runs, schedulers)).OrderByDescending(static row => row.Started)];
    }

    /// <summary>Returns the limits, with the processes that hold their slots or wait for them.</summary>
    internal IReadOnlyList<LimitView> Limits()
    {
        if (!reader.Exists)
        {
            return [];
        }

        ILookup<(string?, int?), RunRow> runs = reader.OpenRuns();
        return reader.History.Read(store =>
        {
            var processes = new Dictionary<long, ProcessRow?>();
            ProcessRow? ProcessOf(long number)
            {
                if (!processes.TryGetValue(number, out ProcessRow? row))
                {
                    row = store.Processes.Find(number) is { } process ? RowOf(process, runs, []) : null;
                    processes.Add(number, row);
                }

                return row;
            }

            return (IReadOnlyList<LimitView>)[.. store.Limits.All().Select(limit => new LimitView(
                limit.Name,
                limit.MaxConcurrency,
                limit.PerSecond,
                [.. store.Limits.Holders(limit.Id).Select(holder => new ClaimView(
                    holder.Claim,
                    NameOf(holder.State),
                    holder.State == LimitClaimState.Held,
                    holder.State is LimitClaimState.Waiting or LimitClaimState.Reclaiming,
                    ProcessOf(holder.Process)))]))];
        });
    }

    /// <summary>Removes a claim on a slot; waiting claims move up.</summary>
    internal void RemoveClaim(long claim) => reader.History.Change(store => store.Limits.Do([new LimitCommand.GiveUp(claim)]));

    /// <summary>Returns the scheduled flows. Queries the machine's schedulers only every few seconds.</summary>
    internal IReadOnlyList<FlowRegistration> Registrations(bool isUrgent = false)
    {
        lock (_gate)
        {
            if (isUrgent || _askedAt is not { } then || time.GetElapsedTime(then) >= AskForSchedulesEach)
            {
                var runs = new ScheduleRuns(reader.Location);
                _registrations = FlowRegistrations.Of(reader.Location).All();
                foreach (FlowRegistration registration in reader.Exists ? _registrations : [])
                {
                    runs.Note(registration);
                }

                _askedAt = time.GetTimestamp();
            }

            return _registrations;
        }
    }

    /// <summary>Pauses or resumes a scheduled flow.</summary>
    /// <exception cref="FlowException">It is not registered, or cannot be changed.</exception>
    internal void Pause(string name, bool isPaused)
    {
        FlowRegistrations.Of(reader.Location).Pause(name, isPaused);
        Registrations(isUrgent: true);
    }

    private static string NameOf(LimitClaimState state) => state switch
    {
        LimitClaimState.Held => "Holds a slot",
        LimitClaimState.Waiting => "Waits",
        LimitClaimState.Reclaiming => "Waits to get its slot back",
        LimitClaimState.Lent => "Has lent its slot",
        _ => "Over",
    };

    private ProcessRow RowOf(ProcessRecord process, ILookup<(string?, int?), RunRow> runs, HashSet<long> schedulers)
    {
        ProcessLiveness liveness = reader.History.LivenessOf(process);
        string? command = liveness == ProcessLiveness.Alive && process.Identity.Space == ProcessSpace.Own ? CommandLines.Of(process.Identity.ProcessId) : null;
        return new ProcessRow
        {
            Number = process.Number,
            Computer = process.Identity.Machine,
            Id = process.Identity.ProcessId,
            Started = process.Identity.StartTime.ToLocalTime(),
            Heartbeat = process.Heartbeat.ToLocalTime(),
            Liveness = liveness.ToString(),
            Command = command,
            IsScheduler = schedulers.Contains(process.Number) || CommandLines.IsScheduler(command),
            Runs = [.. runs[(process.Identity.Machine, process.Identity.ProcessId)]],
        };
    }
}
