using FlowModule.Engine.Storage;

namespace FlowModule.Engine.History;

/// <content>What becomes of a history that cannot be written: a warning, once, and the runs go on.</content>
internal sealed partial class RunHistory
{
    private readonly HashSet<string> _warned = new(StringComparer.Ordinal);
    private string? _warning;
    private bool _hasWarned;
    private long? _troubledAt;
    private long? _mendedAt;
    private long? _checkedAt;

    /// <summary>What is wrong with the history now, or null.</summary>
    internal HistoryException? Trouble { get; private set; }

    /// <summary>What a person has to be told, once; or null.</summary>
    internal string? TakeWarning() => Volatile.Read(ref _warning) is null ? null : Interlocked.Exchange(ref _warning, null);

    /// <summary>Opens the store, and sees that it can be written.</summary>
    /// <exception cref="HistoryException">It cannot be.</exception>
    internal void Require()
    {
        lock (_writeGate)
        {
            _troubledAt = null;
            bool isGood = Attempt(store =>
            {
                store.CheckPlace();
                Register(store);
                store.Processes.Beat(_time.GetUtcNow());
            });
            if (!isGood)
            {
                throw Closed();
            }
        }
    }

    /// <summary>Does something with the store on this thread: reads what other processes and this one have written up to now.</summary>
    /// <exception cref="HistoryException">The history cannot be read.</exception>
    internal T Read<T>(Func<IHistoryStore, T> read)
    {
        WriteQueued();
        for (bool isFirst = true; ; isFirst = false)
        {
            IHistoryStore store;
            lock (_writeGate)
            {
                store = Require(CheckPlace);
            }

            try
            {
                return read(store);
            }
            catch (HistoryException exception)
            {
                lock (_writeGate)
                {
                    if (_store == store || !isFirst)
                    {
                        throw FailIfLost(store, exception);
                    }
                }

                // It was closed on the way, and there is another.
            }
        }
    }

    /// <summary>Does something that changes the store, in its turn.</summary>
    /// <exception cref="HistoryException">The history cannot be written.</exception>
    internal T Change<T>(Func<IHistoryStore, T> change)
    {
        WriteQueued();
        lock (_writeGate)
        {
            IHistoryStore store = Require(store =>
            {
                CheckPlace(store);
                Register(store);
            });
            try
            {
                return change(store);
            }
            catch (HistoryException exception)
            {
                throw FailIfLost(store, exception);
            }
        }
    }

    /// <summary>The same, for what gives nothing.</summary>
    /// <exception cref="HistoryException">The history cannot be written.</exception>
    internal void Change(Action<IHistoryStore> change) => Change(store =>
    {
        change(store);
        return true;
    });

    /// <summary>The store, tried again even where it was in trouble a moment ago.</summary>
    private IHistoryStore Require(Action<IHistoryStore> prepare)
    {
        _troubledAt = null;
        return Attempt(prepare) ? _store! : throw Closed();
    }

    private HistoryException Closed() => Trouble ?? new HistoryException(HistoryFault.Unavailable, $"The history '{Location}' is closed.");

    /// <summary>Does something with the store, if there is one; where it turns out to be damaged or gone, once more with the new one.</summary>
    private bool Attempt(Action<IHistoryStore> action)
    {
        for (int i = 0; i < 2; i++)
        {
            if (OpenStore() is not { } store)
            {
                return false;
            }

            if (Guard(store, action))
            {
                return true;
            }
        }

        return false;
    }

    private IHistoryStore? OpenStore()
    {
        if (_store is not null || _isDisposed || (_troubledAt is not null && !IsDue(_troubledAt, RetryAfter)))
        {
            return _store;
        }

        try
        {
            OpenedStore opened = _open();
            _store = opened.Store;
            _checkedAt = _time.GetTimestamp();
            Trouble = null;
            _troubledAt = null;
            if (opened.Warning is { } warning)
            {
                Warn(warning);
            }
        }
        catch (Exception exception)
        {
            Note(AsTrouble(exception));
        }

        return _store;
    }

    /// <summary>Sees from time to time that the store is still in its place.</summary>
    private void CheckPlace(IHistoryStore store)
    {
        if (IsDue(_checkedAt, CheckEach))
        {
            store.CheckPlace();
            _checkedAt = _time.GetTimestamp();
        }
    }

    /// <summary>Does something with the store; false when the store is in trouble, and closed.</summary>
    private bool Guard(IHistoryStore store, Action<IHistoryStore> action)
    {
        try
        {
            action(store);
            return true;
        }
        catch (Exception exception)
        {
            Fail(AsTrouble(exception));
            return false;
        }
    }

    /// <summary>What is told of it: of a damaged store where it is now, too.</summary>
    private HistoryException FailIfLost(IHistoryStore store, HistoryException exception)
    {
        if (_store != store || exception.Kind is not (HistoryFault.Damaged or HistoryFault.Missing))
        {
            return exception;
        }

        Fail(exception);
        return Trouble ?? exception;
    }

    private void Fail(HistoryException exception)
    {
        _mustRecall = true;
        switch (exception.Kind)
        {
            case HistoryFault.Missing:
                // It was beside the store.
                ReleaseLock();
                LeaveStore();
                break;
            case HistoryFault.Damaged:
                exception = SetAside(exception);
                break;
            default:
                CloseStore();
                break;
        }

        bool isMended = exception.Kind is HistoryFault.Damaged or HistoryFault.Missing;
        if (isMended && IsDue(_mendedAt, RetryAfter))
        {
            // Opening it again makes it good. But if that does not last there is no hurry.
            _mendedAt = _time.GetTimestamp();
            Trouble = exception;
            _troubledAt = null;
        }
        else
        {
            Note(exception);
        }
    }

    private void Note(HistoryException exception)
    {
        _mustRecall = true;
        Trouble = exception;
        _troubledAt = _time.GetTimestamp();
        string warning = $"{exception.Message} Runs go on, but are not recorded, and share limits and cached results only within their process.";
        if (!_hasWarned && _warned.Add(warning))
        {
            _hasWarned = true;
            Warn(warning);
        }
    }

    /// <summary>The store takes what it is given: if it is in trouble again, of another kind, a person is told of that too.</summary>
    private void NoteGood() => _hasWarned = false;

    private void Warn(string warning)
    {
        string? before;
        do
        {
            before = Volatile.Read(ref _warning);
        }
        while (Interlocked.CompareExchange(ref _warning, before is null ? warning : $"{before} {warning}", before) != before);
    }

    /// <summary>Puts the damaged store out of the way; says where it is now, or what is in the way of that.</summary>
    private HistoryException SetAside(HistoryException damage)
    {
        try
        {
            if (_store?.SetAside() is not { } aside)
            {
                return damage;
            }

            string message = $"The history '{Location}' is damaged. It was set aside as '{aside}', and a new one is begun.";
            Warn(message);
            return new HistoryException(HistoryFault.Damaged, message, damage);
        }
        catch (Exception exception)
        {
            return AsTrouble(exception);
        }
        finally
        {
            _store = null;
        }
    }

    private void CloseStore()
    {
        Dispose(_store);
        _store = null;
    }

    private HistoryException AsTrouble(Exception exception) => exception as HistoryException
        ?? new HistoryException(HistoryFault.Unavailable, $"The history '{Location}' cannot be used: {exception.Message.TrimEnd('.')}.", exception);
}

/// <summary>A store that could be opened.</summary>
/// <param name="Store">The store.</param>
/// <param name="Warning">What a person should know of it, or null.</param>
internal readonly record struct OpenedStore(IHistoryStore Store, string? Warning = null);
