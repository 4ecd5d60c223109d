namespace FlowModule.Engine.Storage;

/// <summary>What is done regularly on a history's thread, while runs are active or somebody attends.</summary>
internal interface IHistoryRounds
{
    /// <summary>Has something done in each round, with the store if there is one.</summary>
    void Each(Action<IHistoryStore> action);

    /// <summary>Has something done after a round, where nothing of the history is held: what runs do when they are told something is their own.</summary>
    void After(Action action);

    /// <summary>Has rounds go on, and this process give signs of life, though no run is active here; until the result is disposed.</summary>
    IDisposable Attend();
}
