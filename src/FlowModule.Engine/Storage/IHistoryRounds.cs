namespace FlowModule.Engine.Storage;

/// <summary>The periodic work on a history's thread, while runs are active or the caller attends.</summary>
internal interface IHistoryRounds
{
    /// <summary>Has something done in each round, with the store if there is one.</summary>
    void Each(Action<IHistoryStore> action);

    /// <summary>Runs an action after a round, without any lock, because it may call code of runs.</summary>
    void After(Action action);

    /// <summary>Keeps rounds and heartbeats going, even without active runs, until the result is disposed.</summary>
    IDisposable Attend();
}
