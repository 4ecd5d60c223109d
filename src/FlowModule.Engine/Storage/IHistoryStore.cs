using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage;

/// <summary>
/// A database of runs that several processes share. All members throw <see cref="HistoryException"/>, but not because another process
/// is writing: then they wait. Only one thread at a time calls members that write; any thread calls members that read.
/// </summary>
internal interface IHistoryStore : IDisposable
{
    /// <summary>The clock that all processes of the history share. What is compared with times of other processes comes from it: the clocks of their machines differ.</summary>
    TimeProvider Clock { get; }

    /// <summary>Requests to runs of other processes.</summary>
    IRequestStore Requests { get; }

    /// <summary>The removal of old runs.</summary>
    IRetentionStore Retention { get; }

    /// <summary>The processes that record runs here.</summary>
    IProcessStore Processes { get; }

    /// <summary>Takes over runs of earlier processes.</summary>
    IResumeStore Resumes { get; }

    /// <summary>The users' keys: each flow has one run per key.</summary>
    IRunKeyStore Keys { get; }

    /// <summary>The runs' questions to people.</summary>
    IInputStore Inputs { get; }

    /// <summary>The limits that runs of all processes share.</summary>
    ILimitStore Limits { get; }

    /// <summary>The results of tasks that runs of all processes share.</summary>
    ICacheStore Results { get; }

    /// <summary>The ticks of scheduled flows.</summary>
    IScheduleStore Schedules { get; }

    /// <summary>Tells that others have written.</summary>
    IStoreChanges Changes { get; }

    /// <summary>Tells that others have changed what processes share: requests, answers, limits, results, ticks. A store may leave out here what runs tell of themselves.</summary>
    IStoreChanges SharedChanges => Changes;

    /// <summary>The operations for a store that is a file; otherwise null.</summary>
    IStoreFile? File { get; }

    /// <summary>Writes a batch completely or not at all.</summary>
    void Write(HistoryBatch batch);

    /// <summary>Returns the runs that match a query, newest first.</summary>
    IReadOnlyList<RunSnapshot> Find(RunQuery query);

    /// <summary>Returns how many runs match a query; it stops to count at the query's <see cref="RunQuery.Last"/>.</summary>
    int Count(RunQuery query);

    /// <summary>Returns the last runs of each flow that are in no other run, newest first: of each flow's name at most <paramref name="count"/>.</summary>
    IReadOnlyList<RunSnapshot> LastOfEachFlow(int count);

    /// <summary>Returns a run's states, oldest first.</summary>
    FlowStateRecord[] States(Guid run);

    /// <summary>Returns a stored value of a run.</summary>
    EncodedValue Value(Guid run, RunValue value);

    /// <summary>Returns a script's source by its hash, or null.</summary>
    string? Script(string hash);

    /// <summary>Returns the log lines that match a query, oldest first.</summary>
    IReadOnlyList<FlowLogRecord> Logs(LogQuery query);

    /// <summary>Returns the states of the queried runs as log lines, oldest first. Of the query's filters, only the runs and the start time apply.</summary>
    IReadOnlyList<FlowLogRecord> StateLines(LogQuery query);

    /// <summary>Counts a run's descendants by state type.</summary>
    IReadOnlyDictionary<StateType, int> CountInside(Guid run);

    /// <summary>Returns the names of all flows and tasks with runs, in alphabetical order.</summary>
    IReadOnlyList<string> FlowNames();
}
