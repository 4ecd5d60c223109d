using FlowModule.Engine.Schedules;

namespace FlowModule.Scheduling.Serving;

/// <summary>
/// Reads a source again when its files change. The system reports changes, but not on all network and container mounts, so the folder is also
/// read periodically.
/// </summary>
internal sealed class SourceWatch : IDisposable
{
    /// <summary>How often the folder is read.</summary>
    internal static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    /// <summary>The wait for further changes after a change, because files are written in several steps.</summary>
    internal static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(250);

    private readonly IFlowSource _source;
    private readonly Action<IReadOnlyList<ScheduledFlow>> _changed;
    private readonly Action<string> _trouble;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _signal = new(0);
    private FileSystemWatcher? _watcher;

    internal SourceWatch(IFlowSource source, Action<IReadOnlyList<ScheduledFlow>> changed, Action<string> trouble, TimeProvider time)
    {
        _source = source;
        _changed = changed;
        _trouble = trouble;
        _time = time;
    }

    /// <summary>Reads the source now, and again whenever it changes, until it is cancelled.</summary>
    internal async Task Run(CancellationToken cancel)
    {
        Watch();
        Read();
        while (!cancel.IsCancellationRequested)
        {
            using var wake = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            Task signal = _signal.WaitAsync(wake.Token);
            Task first = await Task.WhenAny(signal, Task.Delay(Period, _time, wake.Token)).ConfigureAwait(false);
            if (first == signal && !cancel.IsCancellationRequested)
            {
                await Task.Delay(Settle, _time, wake.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                while (_signal.Wait(0, CancellationToken.None))
                {
                    // One read covers all changes.
                }
            }

            await wake.CancelAsync().ConfigureAwait(false);
            if (!cancel.IsCancellationRequested)
            {
                Watch();
                Read();
            }
        }
    }

    /// <summary>Requests a read soon.</summary>
    internal void Refresh() => _signal.Release();

    // The signal is not disposed, because a change may be reported while the watch ends.
    public void Dispose() => _watcher?.Dispose();

    private void Read() => _changed(_source.Read(_trouble));

    /// <summary>A missing folder cannot be watched; it may be created later.</summary>
    private void Watch()
    {
        if (_watcher is not null || !Directory.Exists(_source.Folder))
        {
            return;
        }

        try
        {
            var watcher = new FileSystemWatcher(_source.Folder, _source.Pattern) { IncludeSubdirectories = _source.IsRecursive };
            watcher.Changed += (_, _) => Refresh();
            watcher.Created += (_, _) => Refresh();
            watcher.Deleted += (_, _) => Refresh();
            watcher.Renamed += (_, _) => Refresh();
            watcher.Error += (_, _) => Refresh();
            watcher.EnableRaisingEvents = true;
            _watcher = watcher;
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // The system has no watches left, so the folder is only read periodically.
        }
    }
}
