namespace FlowModule.Engine.Storage;

/// <summary>
/// Changes of a store that has to be asked for them: one look for all who watch, and none while nobody does. If all who watch are patient, the looks
/// become rarer while nothing is written.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="version">A number that is another one whenever something was written since. Cheap; may throw.</param>
internal sealed class PolledChanges(TimeProvider time, Func<long> version) : IStoreChanges, IDisposable
{
    /// <summary>How often it looks.</summary>
    internal static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>How often it looks at least, for those who are patient.</summary>
    internal static readonly TimeSpan PatientLookEvery = TimeSpan.FromMilliseconds(250);

    private readonly object _gate = new();
    private Watcher[] _watchers = [];
    private ITimer? _timer;
    private TimeSpan _nextLook;
    private long? _seen;
    private bool _isNew;
    private bool _isDisposed;

    public IDisposable Watch(Action changed, bool isPatient = false)
    {
        var watcher = new Watcher(this, changed, isPatient);
        lock (_gate)
        {
            _watchers = [.. _watchers, watcher];

            // A new watcher may have missed earlier changes.
            _isNew = true;
            if (_watchers.Length == 1 || _nextLook > LookEvery)
            {
                _nextLook = LookEvery;
                SetTimer();
            }
        }

        return watcher;
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _watchers = [];
            _timer?.Dispose();
        }
    }

    private void Look()
    {
        Watcher[] told = [];
        lock (_gate)
        {
            if (_watchers.Length == 0)
            {
                return;
            }

            // While it cannot be read there is nothing new to see: that is told once, and again when it can be read.
            long? now = Version();
            bool isChanged = _isNew || now != _seen;
            if (isChanged)
            {
                told = _watchers;
            }

            bool isPatient = !isChanged && Array.TrueForAll(_watchers, static watcher => watcher.IsPatient);
            _nextLook = isPatient ? Shorter(_nextLook * 1.25, PatientLookEvery) : LookEvery;
            (_seen, _isNew) = (now, false);
        }

        Array.ForEach(told, static watcher => watcher.Tell());
        lock (_gate)
        {
            if (_watchers.Length > 0)
            {
                SetTimer();
            }
        }
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>Null if it cannot be read: the users of the store get the error.</summary>
    private long? Version()
    {
        try
        {
            return version();
        }
        catch (HistoryException)
        {
            return null;
        }
    }

    private void SetTimer()
    {
        if (!_isDisposed)
        {
            _timer ??= time.CreateTimer(_ => Look(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(_nextLook, Timeout.InfiniteTimeSpan);
        }
    }

    private void Remove(Watcher watcher)
    {
        lock (_gate)
        {
            _watchers = [.. _watchers.Where(other => other != watcher)];
        }
    }

    private sealed class Watcher(PolledChanges changes, Action changed, bool isPatient) : IDisposable
    {
        internal bool IsPatient => isPatient;

        public void Dispose() => changes.Remove(this);

        internal void Tell() => changed();
    }
}
