using FlowModule.Engine.Storage;

namespace FlowModule.Engine.History;

/// <summary>Tells those of this process who wait that others have written to the history, whichever store it has by then.</summary>
/// <param name="time">The clock.</param>
/// <param name="changesOf">What is watched of a store.</param>
internal sealed class HistoryChanges(TimeProvider time, Func<IHistoryStore, IStoreChanges> changesOf)
{
    private readonly object _gate = new();
    private Watcher[] _watchers = [];
    private IStoreChanges? _changes;
    private IDisposable? _watching;
    private ITimer? _timer;

    /// <summary>Has something called soon after another process has written, until the result is disposed; while the history is in trouble again and again.</summary>
    internal IDisposable Watch(Action changed, bool isPatient)
    {
        var watcher = new Watcher(this, changed, isPatient);
        lock (_gate)
        {
            _watchers = [.. _watchers, watcher];

            // The store is watched again, so that it also reports changes from just before.
            WatchStore();
        }

        return watcher;
    }

    /// <summary>Sets the history's new store, or null.</summary>
    internal void Attach(IHistoryStore? store)
    {
        lock (_gate)
        {
            _changes = store is null ? null : changesOf(store);
            WatchStore();
        }
    }

    /// <summary>Stops all notifications, because the history is closed.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            _watchers = [];
            _changes = null;
            WatchStore();
            _timer?.Dispose();
        }
    }

    private void WatchStore()
    {
        _watching?.Dispose();
        _watching = null;
        if (_watchers.Length == 0)
        {
            return;
        }

        if (_changes is { } changes)
        {
            _watching = changes.Watch(Tell, Array.TrueForAll(_watchers, static watcher => watcher.IsPatient));
        }
        else
        {
            // Without a store nothing reports changes, but waiting callers must notice what happens to the history.
            _timer ??= time.CreateTimer(_ => TellWithoutStore(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(PolledChanges.LookEvery, Timeout.InfiniteTimeSpan);
        }
    }

    private void TellWithoutStore()
    {
        Tell();
        lock (_gate)
        {
            if (_changes is null)
            {
                WatchStore();
            }
        }
    }

    private void Tell() => Array.ForEach(Volatile.Read(ref _watchers), static watcher => watcher.Tell());

    private void Remove(Watcher watcher)
    {
        lock (_gate)
        {
            _watchers = [.. _watchers.Where(other => other != watcher)];
            if (_watchers.Length == 0 || (!watcher.IsPatient && Array.TrueForAll(_watchers, static other => other.IsPatient)))
            {
                WatchStore();
            }
        }
    }

    private sealed class Watcher(HistoryChanges changes, Action changed, bool isPatient) : IDisposable
    {
        internal bool IsPatient => isPatient;

        private volatile bool _isDisposed;

        public void Dispose()
        {
            _isDisposed = true;
            changes.Remove(this);
        }

        internal void Tell()
        {
            if (!_isDisposed)
            {
                changed();
            }
        }
    }
}
