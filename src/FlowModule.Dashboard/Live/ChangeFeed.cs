using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using FlowModule.Dashboard.Reading;

namespace FlowModule.Dashboard.Live;

/// <summary>Notifies all open pages of changes, at most once a second. Without an open page, nothing is watched.</summary>
internal sealed class ChangeFeed(HistoryReader reader, PoolReader pool, TimeProvider time) : IDisposable
{
    /// <summary>The event for a change.</summary>
    internal const string EventName = "changed";

    /// <summary>The event for a history that cannot be read now.</summary>
    internal const string TroubleName = "trouble";

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    // A dead process writes nothing, so dead processes must be searched for.
    private static readonly TimeSpan SweepEach = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _ending = new();
    private TaskCompletionSource<SseItem<string>> _next = NewSource();
    private int _listeners;
    private bool _isAsking;
    private volatile bool _isChanged;

    /// <summary>Returns the changes from now on, until the page is closed or the dashboard ends.</summary>
    internal async IAsyncEnumerable<SseItem<string>> Listen([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ending.Token);
        Task<SseItem<string>> next = Enter();
        try
        {
            // Sent at once, so that the browser knows that it is connected.
            yield return new SseItem<string>(string.Empty, "hello");
            while (true)
            {
                SseItem<string> item;
                try
                {
                    item = await next.WaitAsync(ending.Token);
                }
                catch (OperationCanceledException)
                {
                    yield break;
                }

                next = Next();
                yield return item;
            }
        }
        finally
        {
            lock (_gate)
            {
                _listeners--;
            }
        }
    }

    public void Dispose()
    {
        _ending.Cancel();
        _ending.Dispose();
    }

    /// <summary>Ends all open connections, because the server waits for them.</summary>
    internal void End() => _ending.Cancel();

    private static TaskCompletionSource<SseItem<string>> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Task<SseItem<string>> Enter()
    {
        lock (_gate)
        {
            _listeners++;
            if (!_isAsking)
            {
                _isAsking = true;
                _ = Task.Run(Ask, CancellationToken.None);
            }

            return _next.Task;
        }
    }

    private Task<SseItem<string>> Next()
    {
        lock (_gate)
        {
            return _next.Task;
        }
    }

    private async Task Ask()
    {
        string? trouble = null;
        IDisposable? watching = null;
        long sweptAt = time.GetTimestamp();
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            do
            {
                // There is no history before the first run.
                watching ??= reader.Exists ? reader.Watch(() => _isChanged = true) : null;
                if (time.GetElapsedTime(sweptAt) >= SweepEach)
                {
                    sweptAt = time.GetTimestamp();
                    reader.Sweep();
                }

                string? now = reader.Trouble;
                if (now is not null && now != trouble)
                {
                    Tell(new SseItem<string>(now, TroubleName));
                }
                else if (_isChanged || pool.HasChanged() || (now is null && trouble is not null))
                {
                    _isChanged = false;
                    Tell(new SseItem<string>(string.Empty, EventName));
                }

                trouble = now;
            }
            while (await timer.WaitForNextTickAsync(_ending.Token) && GoesOn());
        }
        catch (OperationCanceledException)
        {
            // The dashboard is ending.
        }
        finally
        {
            watching?.Dispose();
        }
    }

    private void Tell(SseItem<string> item)
    {
        TaskCompletionSource<SseItem<string>> told;
        lock (_gate)
        {
            told = _next;
            _next = NewSource();
        }

        told.SetResult(item);
    }

    private bool GoesOn()
    {
        lock (_gate)
        {
            return _isAsking = _listeners > 0;
        }
    }
}
