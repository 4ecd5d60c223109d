namespace FlowModule.Engine.Storage;

/// <summary>Operations for a store that is a file, which may be deleted, renamed, damaged, or too large. Members throw <see cref="HistoryException"/>.</summary>
internal interface IStoreFile
{
    /// <summary>Sees that the file is still where it was opened. Cheap.</summary>
    /// <exception cref="HistoryException">It is not: <see cref="HistoryFault.Missing"/>.</exception>
    void CheckPlace();

    /// <summary>Makes written data survive a power failure. Before, it only survives the end of the process.</summary>
    void Secure();

    /// <summary>Checks the whole store, while others read and write, and throws if any part is damaged.</summary>
    void CheckWhole();

    /// <summary>Closes a damaged file and moves it away. Returns its new location; null if another process has done so.</summary>
    string? SetAside();

    /// <summary>Copies runs with all their child runs from another file, which is open but was deleted or replaced. The other file is not used again.</summary>
    CarriedRuns CarryOver(IHistoryStore left, IReadOnlyList<Guid> runs);

    /// <summary>Returns some free space to the disk; false if there is no more.</summary>
    bool Shrink();
}

/// <summary>What happened to the runs of a deleted file.</summary>
/// <param name="Carried">How many were copied.</param>
/// <param name="Others">How many were left for the processes that execute them.</param>
internal sealed record CarriedRuns(int Carried, int Others);
