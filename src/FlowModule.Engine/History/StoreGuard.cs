using FlowModule.Engine.Storage;

namespace FlowModule.Engine.History;

/// <summary>
/// Opens a history's store, and opens it again after trouble: a store that cannot be used is closed and tried again after a while, one that is damaged
/// is set aside, one that is gone is left and can still be read. All members but those that say otherwise are called under <see cref="Gate"/>.
/// </summary>
/// <param name="address">Where the history is.</param>
/// <param name="backend">What opens it.</param>
/// <param name="time">The clock.</param>
/// <param name="warnings">What a person has to be told.</param>
/// <param name="changed">Is told of each store that is opened, and that there is none any more.</param>
internal sealed class StoreGuard(HistoryAddress address, IHistoryBackend backend, TimeProvider time, HistoryWarnings warnings, Action<IHistoryStore?> changed)
{
    private readonly StoreTrouble _trouble = new(address, time, warnings);
    private volatile TimeProvider? _clock;
    private IHistoryStore? _store;
    private IHistoryStore? _left;
    private bool _isClosed;
    private int _isOpenedAhead;
    private long? _checkedAt;

    /// <summary>Held while the store is changed. Reading needs no lock.</summary>
    internal object Gate { get; } = new();

    /// <summary>The store that is open, or null.</summary>
    internal IHistoryStore? Store => _store;

    /// <summary>The clock of the store that was opened last; of this process before one was. Any thread may read it.</summary>
    internal TimeProvider Clock => _clock ?? time;

    /// <summary>Whether the history was closed, because its process ends. May be asked at any time.</summary>
    internal bool IsClosed => Volatile.Read(ref _isClosed);

    /// <summary>The current fault of the history, or null. Any thread may read it.</summary>
    internal HistoryException? Trouble => _trouble.Current;

    /// <summary>Whether the store may lack states of runs that go on: it is new, or could not be written.</summary>
    internal bool MustRecall { get; set; }

    /// <summary>Called when the file turns out to be gone, before another is opened.</summary>
    internal Action? WhenMissing { get; set; }

    /// <summary>Opens the store on another thread, without the gate. Works only once.</summary>
    /// <param name="then">Other work for that thread.</param>
    internal void OpenAhead(Action then)
    {
        if (Volatile.Read(ref _isOpenedAhead) == 0 && Interlocked.Exchange(ref _isOpenedAhead, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static work =>
                {
                    lock (work.Guard.Gate)
                    {
                        work.Guard.Open();
                    }

                    try
                    {
                        work.Then();
                    }
                    catch (Exception)
                    {
                        // This is only an optimization: the error is reported where the result is needed.
                    }
                },
                (Guard: this, Then: then),
                preferLocal: false);
        }
    }

    /// <summary>Does something with the store that changes nothing. The gate is not held.</summary>
    /// <exception cref="HistoryException">The history cannot be read.</exception>
    internal T Read<T>(Func<IHistoryStore, T> read)
    {
        for (bool isFirst = true; ; isFirst = false)
        {
            IHistoryStore store;
            lock (Gate)
            {
                store = Require(CheckPlace);
            }

            try
            {
                return read(store);
            }
            catch (HistoryException exception)
            {
                lock (Gate)
                {
                    if (_store == store || !isFirst)
                    {
                        throw FailIfLost(store, exception);
                    }
                }

                // The store was closed meanwhile, and there is a new one.
            }
        }
    }

    /// <summary>Does something that changes the store, in its turn. The gate need not be held.</summary>
    /// <param name="prepare">What is done with it first.</param>
    /// <param name="change">What is done.</param>
    /// <exception cref="HistoryException">The history cannot be written.</exception>
    internal T Change<T>(Action<IHistoryStore> prepare, Func<IHistoryStore, T> change)
    {
        lock (Gate)
        {
            IHistoryStore store = Require(store =>
            {
                CheckPlace(store);
                prepare(store);
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

    private HistoryException Closed() => Trouble ?? new HistoryException(HistoryFault.Unavailable, $"The history '{address}' is closed.");

    /// <summary>Returns the store, and retries at once even after recent trouble.</summary>
    /// <param name="prepare">What is done with it first.</param>
    /// <exception cref="HistoryException">It cannot be used.</exception>
    internal IHistoryStore Require(Action<IHistoryStore> prepare)
    {
        _trouble.RetryNow();
        return TryWithStore(prepare) ? _store! : throw Closed();
    }

    /// <summary>Runs an action on the store, if there is one. If the store proves damaged or missing, runs the action again on the new one.</summary>
    internal bool TryWithStore(Action<IHistoryStore> action)
    {
        for (int i = 0; i < 2; i++)
        {
            if (Open() is not { } store)
            {
                return false;
            }

            if (Try(store, action))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Opens the store, unless it is open or was in trouble a moment ago.</summary>
    internal IHistoryStore? Open()
    {
        if (_store is not null || _isClosed || !_trouble.MayRetry)
        {
            return _store;
        }

        try
        {
            OpenedStore opened = backend.Open(address, time);
            SetStore(opened.Store);
            _checkedAt = time.GetTimestamp();
            _trouble.End();
            if (opened.Warning is { } warning)
            {
                warnings.Add(warning);
            }
        }
        catch (Exception exception)
        {
            MustRecall = true;
            _trouble.Begin(_trouble.Of(exception));
        }

        return _store;
    }

    /// <summary>Runs an action on the store; returns false if the store is in trouble and was closed.</summary>
    internal bool Try(IHistoryStore store, Action<IHistoryStore> action)
    {
        try
        {
            action(store);
            return true;
        }
        catch (Exception exception)
        {
            Fail(_trouble.Of(exception));
            return false;
        }
    }

    /// <summary>Sees from time to time that a store in a file is still in its place.</summary>
    internal void CheckPlace(IHistoryStore store)
    {
        if (store.File is { } file && time.IsDue(_checkedAt, RunHistory.CheckEach))
        {
            file.CheckPlace();
            _checkedAt = time.GetTimestamp();
        }
    }

    /// <summary>Returns the exception to report for a fault of the store, with the new location of a damaged one.</summary>
    private HistoryException FailIfLost(IHistoryStore store, HistoryException exception)
    {
        if (_store != store || exception.Kind is not (HistoryFault.Damaged or HistoryFault.Missing))
        {
            return exception;
        }

        Fail(exception);
        return Trouble ?? exception;
    }

    /// <summary>Notes that the store works, so that the next fault warns again.</summary>
    internal void NoteGood() => _trouble.NoteGood();

    /// <summary>Returns the deleted or replaced store once. It is still open here, and it has the only copy of the active runs' data.</summary>
    internal IHistoryStore? TakeLeft()
    {
        IHistoryStore? left = _left;
        _left = null;
        return left;
    }

    /// <summary>Closes the store, for good.</summary>
    internal void Close()
    {
        Volatile.Write(ref _isClosed, true);
        CloseStore();
        Dispose(TakeLeft());
    }

    internal static void Dispose(IHistoryStore? store)
    {
        try
        {
            store?.Dispose();
        }
        catch (Exception)
        {
            // The lost store may be in trouble, or it is not needed any more.
        }
    }

    private void Fail(HistoryException exception)
    {
        MustRecall = true;
        switch (exception.Kind)
        {
            case HistoryFault.Missing:
                WhenMissing?.Invoke();
                LeaveStore();
                break;
            case HistoryFault.Damaged:
                exception = SetAside(exception);
                break;
            default:
                CloseStore();
                break;
        }

        if (exception.Kind is not (HistoryFault.Damaged or HistoryFault.Missing) || !_trouble.TryMend(exception))
        {
            _trouble.Begin(exception);
        }
    }

    /// <summary>Goes without the store, but can still read it.</summary>
    private void LeaveStore()
    {
        if (_left is not null)
        {
            // The lost store is empty.
            CloseStore();
            return;
        }

        _left = _store;
        SetStore(null);
    }

    /// <summary>Sets the damaged store aside; returns its new location, or why that failed.</summary>
    private HistoryException SetAside(HistoryException damage)
    {
        try
        {
            if (_store?.File?.SetAside() is not { } aside)
            {
                return damage;
            }

            string message = $"The history '{address}' is damaged. It was set aside as '{aside}', and a new one was created.";
            warnings.Add(message);
            return new HistoryException(HistoryFault.Damaged, message, damage);
        }
        catch (Exception exception)
        {
            return _trouble.Of(exception);
        }
        finally
        {
            SetStore(null);
        }
    }

    private void CloseStore()
    {
        IHistoryStore? store = _store;
        SetStore(null);
        Dispose(store);
    }

    private void SetStore(IHistoryStore? store)
    {
        // First what may fail: a store is either in use or not.
        _clock = store?.Clock ?? _clock;
        _store = store;
        changed(store);
    }
}
