using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Leases;
using FlowModule.Engine.Storage.Rows;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Storage.Tests.Contract;

/// <summary>What each part of the contract needs: a history that several processes use.</summary>
/// <typeparam name="TOpener">The <see cref="IStoreOpener"/> of the store that is tried.</typeparam>
public abstract class StoreContract<TOpener> : IDisposable
    where TOpener : class, new()
{
    private readonly IStoreOpener _opener = (IStoreOpener)new TOpener();
    private readonly List<IDisposable> _stores = [];
    private IHistoryStore? _own;
    private IHistoryStore? _other;

    internal FakeTimeProvider Time => _opener.Time;

    internal IHistoryBackend Backend => _opener.Backend;

    internal HistoryAddress Address => _opener.Address;

    internal DateTimeOffset Now => Time.GetLocalNow();

    /// <summary>The history as this process has it.</summary>
    internal IHistoryStore Own => _own ??= OpenRegistered();

    /// <summary>The history as another process has it.</summary>
    internal IHistoryStore Other => _other ??= OpenRegistered();

    /// <summary>The history as one more process has it, that is not registered.</summary>
    internal IHistoryStore Open()
    {
        IHistoryStore store = Backend.Open(Address, Time).Store;
        _stores.Add(store);
        return store;
    }

    /// <summary>The leases of the history as one more process has them.</summary>
    internal ILeaseStore OpenLeases()
    {
        ILeaseStore store = Backend.LeasesAt(Address)!;
        _stores.Add(store);
        return store;
    }

    internal IHistoryStore OpenRegistered()
    {
        IHistoryStore store = Open();
        store.Processes.Register(NewProcess());
        return store;
    }

    internal static ProcessIdentity NewProcess() =>
        new(Guid.NewGuid(), "machine", ProcessId: 4711, "space", Birth: 1, new DateTimeOffset(2026, 3, 1, 11, 0, 0, TimeSpan.Zero), HasLock: false);

    /// <summary>A run that is made now, a millisecond after the one before it: those of one millisecond are in no order.</summary>
    internal RunRow NewRun(string flow = "flow", RunRow? parent = null, RunKind? kind = null, string name = "calm-otter", params string[] tags)
    {
        Time.Advance(TimeSpan.FromMilliseconds(1));
        var id = Guid.CreateVersion7(Time.GetUtcNow());
        return new RunRow
        {
            Id = id,
            ParentId = parent?.Id,
            RootId = parent?.RootId ?? id,
            Kind = kind ?? (parent is null ? RunKind.Flow : RunKind.Subflow),
            Name = name,
            Flow = new FlowRow(flow, tags) { ScriptHash = $"hash of {flow}", ScriptText = $"{{ {flow} }}" },
            CreatedTime = Now,
        };
    }

    internal RunChange To(RunRow run, int number, StateType type, string? name = null, string? message = null, RunStart? start = null, bool? isOver = null,
        EncodedValue result = default, EncodedValue error = default, EncodedValue details = default) =>
        new(run, new StateRow(number, type, name, message, Now, Due: null))
        {
            Start = start,
            IsOver = isOver ?? FlowState.IsFinalType(type),
            StartTime = type == StateType.Running ? Now : null,
            Attempt = 1,
            Result = result,
            Error = error,
            ErrorDetails = details,
        };

    internal RunChange Running(RunRow run, RunStart? start = null) => To(run, 1, StateType.Running, start: start ?? new RunStart());

    internal RunChange Completed(RunRow run, EncodedValue result = default) => To(run, 2, StateType.Completed, start: new RunStart(), result: result);

    internal LogRow Line(RunRow run, string message, FlowLogLevel level = FlowLogLevel.Information) => new(run.Id, Now, level, message);

    internal static void Write(IHistoryStore store, params IEnumerable<HistoryRow> rows)
    {
        var batch = new HistoryBatch();
        foreach (HistoryRow row in rows)
        {
            batch.Add(row);
        }

        store.Write(batch);
    }

    /// <summary>A run that goes on.</summary>
    internal RunRow Start(IHistoryStore store, RunRow? run = null, RunStart? start = null)
    {
        run ??= NewRun();
        Write(store, Running(run, start));
        return run;
    }

    /// <summary>A run that is over.</summary>
    internal RunRow Run(IHistoryStore store, RunRow? run = null)
    {
        run ??= NewRun();
        Write(store, Running(run), Completed(run));
        return run;
    }

    internal static RunSnapshot Find(IHistoryStore store, RunRow run) => Assert.Single(store.Find(new RunQuery { Ids = [run.Id] }));

    internal static Guid[] Ids(IHistoryStore store, RunQuery query) => [.. store.Find(query).Select(run => run.Run.Id)];

    internal static ProcessRecord ProcessOf(IHistoryStore store, RunRow run) => store.Processes.Of(run.Id)!;

    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool isDisposing)
    {
        _stores.ForEach(store => store.Dispose());
        _opener.Dispose();
    }
}
