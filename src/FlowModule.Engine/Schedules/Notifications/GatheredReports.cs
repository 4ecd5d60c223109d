using System.Text.Json;

namespace FlowModule.Engine.Schedules.Notifications;

/// <summary>
/// Sends reports of failures, to each target a few at once. What comes while those are under way goes out in one report when the first of them has
/// arrived or was given up: a target that does not answer, or a flow that fails each second, must not fill the process, nor the target.
/// </summary>
/// <param name="send">Sends a report in one way, and gives why it did not arrive, or null. It does not throw.</param>
internal sealed class GatheredReports(Func<FlowNotification, FailureReport, CancellationToken, Task<string?>> send)
{
    /// <summary>How many reports are under way to one target.</summary>
    internal const int MostUnderWay = 4;

    private readonly Dictionary<string, Target> _targets = [];

    /// <summary>Sends a report, by itself or with others. Ends when it has arrived or was given up.</summary>
    /// <param name="notification">The target. One that is registered with several flows is the same for all.</param>
    /// <param name="report">What happened.</param>
    /// <param name="stop">Fires when there is no time left.</param>
    /// <returns>Why it did not arrive, or null.</returns>
    internal Task<string?> Send(FlowNotification notification, FailureReport report, CancellationToken stop)
    {
        string key = JsonSerializer.Serialize(notification);
        lock (_targets)
        {
            if (!_targets.TryGetValue(key, out Target? target))
            {
                _targets[key] = target = new Target();
            }

            if (target.UnderWay >= MostUnderWay)
            {
                target.Waiting ??= new Batch();
                target.Waiting.Add(report);
                return target.Waiting.Outcome.Task;
            }

            target.UnderWay++;
            return Send(key, target, notification, report, stop);
        }
    }

    private async Task<string?> Send(string key, Target target, FlowNotification notification, FailureReport report, CancellationToken stop)
    {
        // Whoever reports waits neither for the others nor for what sends.
        await Task.Yield();
        try
        {
            return await send(notification, report, stop).ConfigureAwait(false);
        }
        finally
        {
            Next(key, target, notification, stop);
        }
    }

    private void Next(string key, Target target, FlowNotification notification, CancellationToken stop)
    {
        Batch? next;
        lock (_targets)
        {
            (next, target.Waiting) = (target.Waiting, null);
            if (next is null && --target.UnderWay == 0)
            {
                _targets.Remove(key);
            }
        }

        if (next is not null)
        {
            _ = Tell(next, Send(key, target, notification, next.ToReport(), stop));
        }
    }

    private static async Task Tell(Batch batch, Task<string?> sending)
    {
        try
        {
            batch.Outcome.SetResult(await sending.ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            batch.Outcome.SetException(exception);
        }
    }

    private sealed class Target
    {
        internal int UnderWay { get; set; }

        internal Batch? Waiting { get; set; }
    }

    /// <summary>Failures that are told of together.</summary>
    private sealed class Batch
    {
        private readonly Queue<FailureReport> _others = new();
        private FailureReport? _last;
        private int _count;

        internal TaskCompletionSource<string?> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal void Add(FailureReport report)
        {
            if (_last is not null)
            {
                // Of those before it, what the report says of each.
                _others.Enqueue(_last with { LogLines = [], Runs = [] });
                if (_others.Count > FailureReport.MostOthers)
                {
                    _others.Dequeue();
                }
            }

            (_last, _count) = (report, _count + 1);
        }

        internal FailureReport ToReport() => _last! with { Count = _count, Others = [.. _others] };
    }
}
