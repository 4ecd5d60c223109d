using FlowModule.Engine.Schedules;

namespace FlowModule.Scheduling.Serving;

/// <summary>
/// Reads a source anew when its files change. The system tells of changes; on network and container mounts it may not, so the folder is also
/// looked through from time to time.
/// </summary>
internal sealed class SourceWatch : IDisposable
{
    /// <summary>How often the folder is looked through.</summary>
    internal static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    /// <summary>How long is waited after a change for more of them: files are written in pieces.</summary>
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
                    // One look is enough for all that has changed.
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

    /// <summary>Has the source read soon.</summary>
    internal void Refresh() => _signal.Release();

    // Not the signal: a change may be told of while the watch ends.
    public void Dispose() => _watcher?.Dispose();

    private void Read() => _changed(_source.Read(_trouble));

    /// <summary>A folder that is not there cannot be watched; it may come.</summary>
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
            // The system has no watch left to give: the folder is looked through from time to time.
        }
    }
}
