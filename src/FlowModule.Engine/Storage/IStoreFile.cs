namespace FlowModule.Engine.Storage;

/// <summary>What is to be done for a store that is a file, which may be removed, renamed, damaged, or too large. Members throw <see cref="HistoryException"/>.</summary>
internal interface IStoreFile
{
    /// <summary>Sees that the file is still where it was opened. Cheap.</summary>
    /// <exception cref="HistoryException">It is not: <see cref="HistoryFault.Missing"/>.</exception>
    void CheckPlace();

    /// <summary>Makes written data survive a power failure. Before, it only survives the end of the process.</summary>
    void Secure();

    /// <summary>Checks the whole store, while others read and write, and throws if any part is damaged.</summary>
    void CheckWhole();

    /// <summary>Closes a file that is damaged, and puts it out of the way of the next. Returns where it is now; null when another process has done so.</summary>
    string? SetAside();

    /// <summary>Takes over what another file has of runs, and of all that they have started. The other is open, and in its place no more; it is not used again.</summary>
    CarriedRuns CarryOver(IHistoryStore left, IReadOnlyList<Guid> runs);

    /// <summary>Returns some free space to the disk; false if there is no more.</summary>
    bool Shrink();
}

/// <summary>What became of the runs of a file that was removed.</summary>
/// <param name="Carried">How many were taken over.</param>
/// <param name="Others">How many were not, but for those that other processes see to.</param>
internal sealed record CarriedRuns(int Carried, int Others);
