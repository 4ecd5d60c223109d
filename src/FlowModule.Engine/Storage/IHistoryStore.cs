using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage;

/// <summary>
/// A database that keeps runs, and that several processes share. All members throw <see cref="HistoryException"/>, and never
/// because another process is writing: they wait. Writing members are called by one thread at a time, reading ones by any.
/// </summary>
internal interface IHistoryStore : IDisposable
{
    /// <summary>What is asked of runs of other processes.</summary>
    IRequestStore Requests { get; }

    /// <summary>What is kept for how long, and how the rest goes.</summary>
    IRetentionStore Retention { get; }

    /// <summary>The processes that record runs here.</summary>
    IProcessStore Processes { get; }

    /// <summary>What it takes to go on with runs of earlier processes.</summary>
    IResumeStore Resumes { get; }

    /// <summary>Keys of the user's, of which each flow has one run only.</summary>
    IRunKeyStore Keys { get; }

    /// <summary>What runs have asked people.</summary>
    IInputStore Inputs { get; }

    /// <summary>The limits that runs of all processes share.</summary>
    ILimitStore Limits { get; }

    /// <summary>The results of tasks that runs of all processes share.</summary>
    IResultRows Results { get; }

    /// <summary>The times of scheduled flows.</summary>
    IScheduleStore Schedules { get; }

    /// <summary>Tells that others have written.</summary>
    IStoreChanges Changes { get; }

    /// <summary>What is to be done for a store that is a file; null for one that is none.</summary>
    IStoreFile? File { get; }

    /// <summary>Keeps all of a batch or nothing.</summary>
    void Write(HistoryBatch batch);

    /// <summary>The runs that a query asks for, the newest first.</summary>
    IReadOnlyList<RunSnapshot> Find(RunQuery query);

    /// <summary>The states that a run has been in, oldest first.</summary>
    FlowStateRecord[] States(Guid run);

    /// <summary>A value of a run as it was kept.</summary>
    EncodedValue Value(Guid run, RunValue value);

    /// <summary>The source of a script by its hash, or null.</summary>
    string? Script(string hash);

    /// <summary>The lines that a query asks for, oldest first.</summary>
    IReadOnlyList<FlowLogRecord> Logs(LogQuery query);

    /// <summary>The states of the runs that a query asks for as lines of their log, oldest first, from the query's time on: of any level, and all of them.</summary>
    IReadOnlyList<FlowLogRecord> StateLines(LogQuery query);

    /// <summary>How many runs are in each state inside of a run, at any depth.</summary>
    IReadOnlyDictionary<StateType, int> CountInside(Guid run);

    /// <summary>The names of all flows and tasks that there are runs of, in alphabetical order.</summary>
    IReadOnlyList<string> FlowNames();
}
