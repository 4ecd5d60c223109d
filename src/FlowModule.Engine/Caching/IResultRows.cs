using FlowModule.Engine.History;

namespace FlowModule.Engine.Caching;

/// <summary>
/// Results by key, and who computes which key, as rows that processes share. What changes something is called within
/// <see cref="InTransaction"/>. Members throw <see cref="HistoryException"/>. Times are microseconds of the wall clock.
/// </summary>
internal interface IResultRows
{
    /// <summary>Does something that other processes see whole or not at all, while none of them changes anything.</summary>
    void InTransaction(Action action);

    /// <summary>Whether another process has written since this was last asked here. Cheap.</summary>
    bool HasChanged();

    ResultRow? Find(byte[] key);

    /// <summary>The result as it was encoded; null for one that is nothing, or is gone.</summary>
    string? Text(long number);

    /// <summary>Keeps a result in the place of an earlier one. Gives its number, which no other ever has.</summary>
    long Add(byte[] key, string about, string? text, long? expires, long now);

    void Delete(byte[] key);

    /// <summary>Notes that a result was used.</summary>
    void Touch(long number, long now);

    /// <summary>Removes what has expired by a time, and then what was not used for the longest, until the rest takes no more than so many bytes.</summary>
    void MakeRoom(long expired, long bytes);

    /// <summary>The key of each result, and what it is about.</summary>
    IReadOnlyList<(byte[] Key, string About)> All();

    /// <summary>The process that computes a key; null when none does.</summary>
    long? Claimant(byte[] key);

    /// <summary>Has this process compute a key, whoever did before. Gives the claim's number, which no other ever has.</summary>
    long Claim(byte[] key);

    void Unclaim(long claim);
}

/// <summary>A result as it is kept, without the result itself.</summary>
internal sealed record ResultRow(long Number, long? Expires, long Used);
