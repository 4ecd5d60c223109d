using FlowModule.Engine.Storage;

namespace FlowModule.Engine.History;

/// <summary>
/// What is wrong with a history's store: since when, whether it may be tried again, and whether a person has been warned. Used under the gate of
/// its <see cref="StoreGuard"/>, except <see cref="Current"/>.
/// </summary>
/// <param name="address">Where the history is.</param>
/// <param name="time">The clock.</param>
/// <param name="warnings">What a person has to be told.</param>
internal sealed class StoreTrouble(HistoryAddress address, TimeProvider time, HistoryWarnings warnings)
{
    private readonly HashSet<string> _warned = new(StringComparer.Ordinal);
    private bool _hasWarned;
    private long? _since;
    private long? _mendedAt;

    /// <summary>The current fault, or null. Any thread may read it.</summary>
    internal HistoryException? Current { get; private set; }

    /// <summary>Whether the store may be opened: there is no trouble, or it began a while ago.</summary>
    internal bool MayRetry => _since is null || time.IsDue(_since, RunHistory.RetryAfter);

    /// <summary>The next attempt need not wait.</summary>
    internal void RetryNow() => _since = null;

    /// <summary>The store was opened.</summary>
    internal void End()
    {
        Current = null;
        _since = null;
    }

    /// <summary>The store cannot be used. A person is told once, until it works again.</summary>
    internal void Begin(HistoryException exception)
    {
        Current = exception;
        _since = time.GetTimestamp();
        string warning = $"{exception.Message} Runs continue, but are not recorded, and share limits and cached results only within their process.";
        if (!_hasWarned && _warned.Add(warning))
        {
            _hasWarned = true;
            warnings.Add(warning);
        }
    }

    /// <summary>
    /// Opening the store again at once repairs this fault. False if the last repair was a moment ago and did not last: then the next one waits.
    /// </summary>
    internal bool TryMend(HistoryException exception)
    {
        if (!time.IsDue(_mendedAt, RunHistory.RetryAfter))
        {
            return false;
        }

        _mendedAt = time.GetTimestamp();
        Current = exception;
        _since = null;
        return true;
    }

    /// <summary>The store works, so that the next fault warns again.</summary>
    internal void NoteGood() => _hasWarned = false;

    /// <summary>The fault that an exception is.</summary>
    internal HistoryException Of(Exception exception) => exception as HistoryException
        ?? new HistoryException(HistoryFault.Unavailable, $"The history '{address}' cannot be used: {exception.Message.TrimEnd('.')}.", exception);
}
