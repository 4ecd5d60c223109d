namespace FlowModule.Engine.Storage;

/// <summary>What is to be done for a store that is a file, which may be removed, renamed, damaged, or too large. Members throw <see cref="HistoryException"/>.</summary>
internal interface IStoreFile
{
    /// <summary>Sees that the file is still where it was opened. Cheap.</summary>
    /// <exception cref="HistoryException">It is not: <see cref="HistoryFault.Missing"/>.</exception>
    void CheckPlace();

    /// <summary>Sees that what is kept outlasts a power failure: before, it outlasts the end of the process only.</summary>
    void Secure();

    /// <summary>Looks through all of it, beside those who write and read, and throws when it is damaged where nobody may ever look.</summary>
    void CheckWhole();

    /// <summary>Closes a file that is damaged, and puts it out of the way of the next. Returns where it is now; null when another process has done so.</summary>
    string? SetAside();

    /// <summary>Takes over what another file has of runs, and of all that they have started. The other is open, and in its place no more; it is not used again.</summary>
    CarriedRuns CarryOver(IHistoryStore left, IReadOnlyList<Guid> runs);

    /// <summary>Gives a part of the free space back to the disk; false when there is no more.</summary>
    bool Shrink();
}

/// <summary>What became of the runs of a file that was removed.</summary>
/// <param name="Carried">How many were taken over.</param>
/// <param name="Others">How many were not, but for those that other processes see to.</param>
internal sealed record CarriedRuns(int Carried, int Others);
