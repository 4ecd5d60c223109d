using System.Text.Json;

namespace FlowModule.Engine.Schedules.Notifications;

/// <summary>
/// Sends failure reports, a few at a time to each target. Failures that arrive meanwhile are combined into one report, which is sent when one of
/// the first has arrived or failed: a target that does not answer, or a flow that fails every second, must not fill this process or the target.
/// </summary>
/// <param name="send">Sends a report with one notification. Returns why it did not arrive, or null. It must not throw.</param>
internal sealed class GatheredReports(Func<FlowNotification, FailureReport, CancellationToken, Task<string?>> send)
{
    /// <summary>The largest number of reports being sent to one target.</summary>
    internal const int MostUnderWay = 4;

    private readonly Dictionary<string, Target> _targets = [];

    /// <summary>Sends a report, alone or combined with others. Completes when it has arrived or failed.</summary>
    /// <param name="notification">The target. A notification that several flows use is one target.</param>
    /// <param name="report">The report.</param>
    /// <param name="stop">Fires when no time is left.</param>
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
        // The caller waits neither for other reports nor for the sender.
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

    /// <summary>Failures to combine into one report.</summary>
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
                // Earlier failures are listed without logs and runs.
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
