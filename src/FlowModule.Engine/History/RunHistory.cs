using FlowModule.Engine.Runs;
using FlowModule.Engine.Schedules.Ticks;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History;

/// <summary>One history: records runs, answers queries, and shares data between the runs of several processes.</summary>
internal sealed class RunHistory : IStoreAccess, IRunServices, IDisposable
{
    /// <summary>The queue length from which callers must write the queue themselves.</summary>
    internal const int Capacity = 10_000;

    /// <summary>The default size limit of shared results, in bytes.</summary>
    internal const long DefaultResultBytes = 256L * 1024 * 1024;

    /// <summary>How long the history rests after trouble before the next try.</summary>
    internal static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>How often a store in use is checked to be in its place.</summary>
    internal static readonly TimeSpan CheckEach = TimeSpan.FromSeconds(1);

    /// <summary>How often written data is made to survive a power failure.</summary>
    internal static readonly TimeSpan SecureEach = TimeSpan.FromSeconds(1);

    /// <summary>How often this process sends a heartbeat while runs are active.</summary>
    internal static readonly TimeSpan BeatEach = TimeSpan.FromSeconds(10);

    /// <summary>How long a search for dead processes stays valid for callers that search in passing.</summary>
    internal static readonly TimeSpan SweepAfter = TimeSpan.FromSeconds(3);

    /// <summary>How often dead processes are searched for while runs are active here.</summary>
    internal static readonly TimeSpan SweepEach = TimeSpan.FromSeconds(15);

    private readonly IHistoryBackend _backend;
    private readonly HistoryWarnings _warnings = new();
    private readonly StoreGuard _guard;
    private readonly HistoryChanges _changes;
    private readonly HistoryChanges _sharedChanges;
    private readonly OwnProcess _process;
    private readonly CrashSweeper _sweeper;
    private readonly HistoryWriter _writer;
    private readonly HistoryRounds _rounds;
    private readonly RunPruning _pruning;
    private readonly HistoryPump? _pump;
    private RunServices? _services;
    private TickCoordinator? _schedules;

    /// <param name="address">Where it is.</param>
    /// <param name="values">Turns values into text.</param>
    /// <param name="time">The clock.</param>
    /// <param name="backend">Opens the store; also again after trouble.</param>
    /// <param name="hasThread">Whether what nobody waits for is written by a thread; else by <see cref="Tick"/>.</param>
    internal RunHistory(HistoryAddress address, IHistoryValues values, TimeProvider time, IHistoryBackend backend, bool hasThread = true)
    {
        Address = address;
        Values = values;
        Time = time;
        _backend = backend;
        IProcessPresence presence = backend.PresenceAt(address);
        _changes = new HistoryChanges(time, static store => store.Changes);
        _sharedChanges = new HistoryChanges(time, static store => store.SharedChanges);
        _guard = new StoreGuard(address, backend, time, _warnings, store =>
        {
            _changes.Attach(store);
            _sharedChanges.Attach(store);
        });
        Clock = new HistoryClock(time, () => _guard.Clock);
        _process = new OwnProcess(presence, time);
        _guard.WhenMissing = _process.Leave;
        _sweeper = new CrashSweeper(_process, presence, Clock);
        _writer = new HistoryWriter(this, _guard, _process, _warnings);
        _rounds = new HistoryRounds(_warnings, () => _pump?.Wake());
        _pruning = new RunPruning(this, hasThread);
        _pump = hasThread ? new HistoryPump(this) : null;
    }

    internal HistoryAddress Address { get; }

    /// <summary>Where it is, for people.</summary>
    internal string Location => Address.ToString();

    /// <summary>Whether the history already exists. The check creates nothing.</summary>
    internal bool Exists => _backend.Exists(Address);

    internal IHistoryValues Values { get; }

    public TimeProvider Time { get; }

    /// <inheritdoc/>
    public TimeProvider Clock { get; }

    /// <summary>The size limit of shared results, in bytes.</summary>
    internal long ResultBytes { get; init; } = DefaultResultBytes;

    /// <summary>Whether another machine has the store: what runs tell of themselves is sent there, and nothing can be asked of it.</summary>
    internal bool IsElsewhere { get; init; }

    /// <summary>The services that all runs recorded here share. If the store is elsewhere, the runs of this process do.</summary>
    public RunServices Services => IsElsewhere ? RunServices.Default : LazyInitializer.EnsureInitialized(ref _services, () => new RunServices(this, Values, ResultBytes));

    /// <summary>Where processes come to an agreement on the ticks of scheduled flows.</summary>
    internal TickCoordinator Schedules => LazyInitializer.EnsureInitialized(ref _schedules, () => new TickCoordinator(this, _rounds));

    /// <summary>The periodic work on the history's thread.</summary>
    internal IHistoryRounds Rounds => _rounds;

    /// <summary>Whether there is periodic work.</summary>
    internal bool NeedsTick => ActiveRuns.Any || _writer.IsUnsecured || _rounds.IsAttended;

    /// <summary>Whether the history was closed because its process ends. This is no fault, and runs must not continue without it.</summary>
    public bool IsClosed => _guard.IsClosed;

    /// <summary>The current fault of the history, or null.</summary>
    internal HistoryException? Trouble => _guard.Trouble;

    /// <summary>The retention settings.</summary>
    /// <exception cref="HistoryException">The history cannot be read or written.</exception>
    internal RetentionSettings Retention
    {
        get => Change(static store => store.Retention.Settings);
        set
        {
            Change(store => store.Retention.Settings = value);
            _writer.Logs.Forget();
        }
    }

    /// <summary>Returns a warning for the user once; otherwise null.</summary>
    internal string? TakeWarning() => _warnings.Take();

    /// <summary>Queues a row without waiting. Returns the ticket to flush up to.</summary>
    internal long Add(IRecordedRun run, HistoryRow row)
    {
        long ticket = _writer.Add(new QueuedRow(run, row), out int waiting);
        if (waiting == 1)
        {
            _pump?.Wake();
        }

        return ticket;
    }

    /// <summary>Queues a log line. If the queue is full, the caller must write it: so no line is lost, and memory stays bounded.</summary>
    internal void AddLog(IRecordedRun run, LogRow line)
    {
        _writer.Add(new QueuedRow(run, line), out int waiting);
        if (waiting >= Capacity)
        {
            WriteQueued();
        }
        else if (waiting == 1)
        {
            _pump?.Wake();
        }
    }

    /// <summary>Returns when all rows up to a ticket are stored, or cannot be stored.</summary>
    internal void Flush(long ticket) => _writer.Flush(ticket);

    /// <summary>Writes the queue.</summary>
    internal void WriteQueued() => _writer.WriteQueued();

    /// <summary>Does the periodic work: writes the queue, and calls the registered actions.</summary>
    internal void Tick()
    {
        WriteQueued();
        lock (_guard.Gate)
        {
            if (!IsClosed)
            {
                _guard.TryWithStore(TickStore);
            }
        }

        _rounds.RunLater();
        _pruning.PruneIfDue();
    }

    /// <summary>Opens the store on another thread, to save time while the caller has other work to do. Works only once.</summary>
    /// <param name="then">Other work to do in advance.</param>
    internal void OpenAhead(Action then) => _guard.OpenAhead(then);

    /// <summary>Opens the store, and checks that it can be written.</summary>
    /// <exception cref="HistoryException">It cannot be opened or written.</exception>
    internal void Require()
    {
        lock (_guard.Gate)
        {
            _guard.Require(store =>
            {
                store.File?.CheckPlace();
                _process.Register(store);
                store.Processes.Beat();
            });
        }
    }

    /// <summary>Runs an action on the store on this thread. It sees all that other processes and this one have written.</summary>
    /// <exception cref="HistoryException">The history cannot be read.</exception>
    internal T Read<T>(Func<IHistoryStore, T> read)
    {
        WriteQueued();
        return _guard.Read(read);
    }

    /// <summary>Runs an action that changes the store, under the write gate.</summary>
    /// <exception cref="HistoryException">The history cannot be written.</exception>
    public T Change<T>(Func<IHistoryStore, T> change)
    {
        WriteQueued();
        return _guard.Change(_process.Register, change);
    }

    /// <summary>The same, for what returns nothing.</summary>
    /// <exception cref="HistoryException">The history cannot be written.</exception>
    internal void Change(Action<IHistoryStore> change) => Change(store =>
    {
        change(store);
        return true;
    });

    /// <inheritdoc/>
    public bool TryUse(Action<IHistoryStore> action)
    {
        lock (_guard.Gate)
        {
            return _guard.TryWithStore(action);
        }
    }

    /// <inheritdoc/>
    public bool TryChange(Action<IHistoryStore> action) => TryUse(store =>
    {
        _process.Register(store);
        action(store);
    });

    /// <inheritdoc/>
    public IDisposable WatchShared(Action changed) => _sharedChanges.Watch(changed, isPatient: false);

    /// <summary>Has something called soon after another process has written anything, until the result is disposed; while the history is in trouble again and again.</summary>
    internal IDisposable Watch(Action changed) => _changes.Watch(changed, isPatient: false);

    /// <summary>The same for a person who looks on: a change is told within a quarter of a second.</summary>
    internal IDisposable WatchPatiently(Action changed) => _changes.Watch(changed, isPatient: true);

    /// <inheritdoc/>
    public bool IsAlive(IHistoryStore store, long process) =>
        store.Processes.Find(process) is { } known && LivenessOf(known) is ProcessLiveness.Alive or ProcessLiveness.Unknown;

    /// <inheritdoc/>
    public ProcessLiveness LivenessOf(ProcessRecord process) => _sweeper.LivenessOf(process);

    /// <summary>
    /// Finds the runs of dead processes and ends them as Crashed. Called before runs are read: it does nothing if the last search was a moment
    /// ago, and it ignores a history that cannot be written.
    /// </summary>
    /// <param name="takesHook">Whether the caller calls the returned hook and then asks for the next one; otherwise hooks stay for another caller.</param>
    /// <param name="isUrgent">Whether to search even if the last search was a moment ago.</param>
    internal CrashSweep SweepCrashed(bool takesHook = false, bool isUrgent = false)
    {
        try
        {
            lock (_guard.Gate)
            {
                bool isDue = isUrgent || _sweeper.IsDue(SweepAfter);
                if (!(isDue || (takesHook && _sweeper.HasLeftHooks)) || _guard.Open() is not { } store)
                {
                    return CrashSweep.Nothing;
                }

                List<Guid> ended = isDue ? _sweeper.Sweep(store) : [];
                return new CrashSweep(ended, takesHook ? TakeHook(store) : null);
            }
        }
        catch (HistoryException)
        {
            // The next search finds them. A history that cannot be read is reported by the caller's next step.
            return CrashSweep.Nothing;
        }
    }

    /// <summary>Removes runs with their descendants, and returns the number of removed runs. A tree with an unfinished run stays.</summary>
    /// <param name="runs">The runs; those that there are not any more do not matter.</param>
    /// <param name="cancellationToken">Stops between two pieces; what is removed by then stays so.</param>
    /// <exception cref="HistoryException">The history cannot be written.</exception>
    internal int Delete(IReadOnlyList<Guid> runs, CancellationToken cancellationToken = default) => _pruning.Delete(runs, cancellationToken);

    /// <summary>Removes expired runs with their descendants, and returns the number of removed runs.</summary>
    /// <exception cref="HistoryException">The history cannot be written.</exception>
    internal int Prune(CancellationToken cancellationToken = default) => _pruning.Prune(cancellationToken);

    /// <summary>Writes the queue, and closes the store.</summary>
    public void Dispose()
    {
        lock (_guard.Gate)
        {
            WriteQueued();
            _process.End(_guard);
            _guard.Close();
            _changes.Close();
            _sharedChanges.Close();
        }

        _pump?.Dispose();
    }

    internal List<FlowRunRecord> Find(IHistoryStore store, RunQuery query)
    {
        DateTimeOffset now = Time.GetLocalNow();
        return [.. store.Find(query).Select(run => new FlowRunRecord(this, run, now))];
    }

    private (FlowRunRecord Run, string Script)? TakeHook(IHistoryStore store)
    {
        while (_sweeper.TakeHook(store) is { } hook)
        {
            if (Find(store, new RunQuery { Ids = [hook.Run] }) is [var run])
            {
                return (run, hook.Script);
            }
        }

        return null;
    }

    private void TickStore(IHistoryStore store)
    {
        _guard.CheckPlace(store);
        if (_process.IsRegistered)
        {
            _process.Register(store);
        }

        if (_sweeper.IsDue(SweepEach))
        {
            _sweeper.Sweep(store);
        }

        _writer.Tick(store);
        _rounds.Run(store);
    }
}
