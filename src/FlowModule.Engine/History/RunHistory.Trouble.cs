namespace FlowModule.Engine;

/// <content>What becomes of a history that cannot be written: a warning, once, and the runs go on.</content>
internal sealed partial class RunHistory
{
    private string? _warning;
    private bool _hasWarned;
    private long? _troubledAt;

    /// <summary>What is wrong with the history now, or null.</summary>
    internal HistoryException? Trouble { get; private set; }

    /// <summary>What a person has to be told, once; or null.</summary>
    internal string? TakeWarning() => Volatile.Read(ref _warning) is null ? null : Interlocked.Exchange(ref _warning, null);

    /// <summary>Opens the store if that has not been done.</summary>
    /// <exception cref="HistoryException">It cannot be.</exception>
    internal void Require()
    {
        lock (_writeGate)
        {
            _troubledAt = null;
            if (OpenStore() is null)
            {
                throw Trouble!;
            }
        }
    }

    /// <summary>Does something with the store on this thread: reads what other processes and this one have written up to now.</summary>
    /// <exception cref="HistoryException">The history cannot be read.</exception>
    internal T Read<T>(Func<IHistoryStore, T> read)
    {
        WriteQueued();
        IHistoryStore store;
        lock (_writeGate)
        {
            _troubledAt = null;
            store = OpenStore() ?? throw Trouble!;
        }

        return read(store);
    }

    /// <summary>Does something that changes the store, in its turn.</summary>
    /// <exception cref="HistoryException">The history cannot be written.</exception>
    internal T Change<T>(Func<IHistoryStore, T> change)
    {
        WriteQueued();
        lock (_writeGate)
        {
            _troubledAt = null;
            IHistoryStore store = OpenStore() ?? throw Trouble!;
            Register(store);
            return change(store);
        }
    }

    private IHistoryStore? OpenStore()
    {
        if (_store is not null || _isDisposed)
        {
            return _store;
        }

        if (_troubledAt is { } troubled && _time.GetElapsedTime(troubled) < RetryAfter)
        {
            return null;
        }

        try
        {
            OpenedStore opened = _open(this);
            _store = opened.Store;
            Trouble = null;
            _troubledAt = null;
            if (opened.Warning is { } warning)
            {
                Warn(warning);
            }

            return _store;
        }
        catch (HistoryException exception)
        {
            Note(exception);
            return null;
        }
    }

    /// <summary>Does something with the store; false when the store is in trouble, and closed.</summary>
    private bool Guard(Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (HistoryException exception)
        {
            CloseStore();
            Note(exception);
            if (exception.Kind is HistoryFault.Damaged or HistoryFault.Missing)
            {
                // Opening it again makes it good.
                _troubledAt = null;
            }

            return false;
        }
    }

    private void Note(HistoryException exception)
    {
        Trouble = exception;
        _troubledAt = _time.GetTimestamp();
        if (exception.Kind is not (HistoryFault.Damaged or HistoryFault.Missing))
        {
            Warn($"{exception.Message} Runs go on, but are not recorded, and share limits and cached results only within their process.");
        }
    }

    private void Warn(string warning)
    {
        if (!_hasWarned)
        {
            _hasWarned = true;
            Volatile.Write(ref _warning, warning);
        }
    }

    private void CloseStore()
    {
        try
        {
            _store?.Dispose();
        }
        catch (HistoryException)
        {
            // It was in trouble before.
        }

        _store = null;
    }
}

/// <summary>A store that could be opened.</summary>
/// <param name="Store">The store.</param>
/// <param name="Warning">What a person should know of it, or null.</param>
internal readonly record struct OpenedStore(IHistoryStore Store, string? Warning = null);
