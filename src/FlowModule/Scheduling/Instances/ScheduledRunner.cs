using System.Globalization;
using FlowModule.Engine.History;
using FlowModule.Engine.Schedules;
using FlowModule.Engine.Schedules.Ticks;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Wire;

namespace FlowModule.Scheduling.Instances;

/// <summary>Runs ticks of scheduled flows, each in a separate process.</summary>
/// <param name="history">The history through which processes coordinate; null for none: then every tick runs at once.</param>
/// <param name="historyPath">The default history of the scripts' runs; null for the user's default.</param>
/// <param name="time">The clock.</param>
/// <param name="report">Notifies the recipients of a failed tick.</param>
internal sealed class ScheduledRunner(RunHistory? history, string? historyPath, TimeProvider time, ReportFailure report) : IScheduledRunner
{
    /// <summary>How long a running tick has to stop before the tick that replaces it kills it.</summary>
    private static readonly TimeSpan StopLimit = InstanceProcess.StopLimit + TimeSpan.FromSeconds(5);

    private int _telling;

    public int Telling => Volatile.Read(ref _telling);

    public Task Run(TickOrder order) => Task.Run(
        async () =>
        {
            var telling = new List<Task>();
            IReadOnlyList<TickClaim> claims = Claim(order);
            Tell(order.Flow, [.. claims.SelectMany(claim => claim.Crashed)], telling, order.Stop);
            for (int i = 0; i < claims.Count; i++)
            {
                await Run(order, order.Ticks[i], claims[i], telling).ConfigureAwait(false);
            }

            // Notifications must be sent before the process may end.
            await Task.WhenAll(telling).ConfigureAwait(false);
        },
        CancellationToken.None);

    public Task Sweep(Func<string, ScheduledFlow?> find, CancellationToken stop) => Task.Run(
        async () =>
        {
            var flows = new Dictionary<string, ScheduledFlow>(StringComparer.OrdinalIgnoreCase);
            IReadOnlyList<TickRow> crashed = history?.Schedules.Sweep(name => flows.ContainsKey(name) || (find(name) is { } flow && flows.TryAdd(name, flow))) ?? [];
            var telling = new List<Task>();
            foreach (IGrouping<string, TickRow> ticks in crashed.GroupBy(tick => tick.Name, StringComparer.OrdinalIgnoreCase))
            {
                Tell(flows[ticks.Key], [.. ticks], telling, stop);
            }

            await Task.WhenAll(telling).ConfigureAwait(false);
        },
        CancellationToken.None);

    private IReadOnlyList<TickClaim> Claim(TickOrder order) => history?.Schedules.Claim(order.Flow, order.Ticks)
        ?? [.. order.Ticks.Select(tick => new TickClaim(
            TickClaimKind.Started, new TickRow { Name = order.Flow.Name, Time = tick.Time, IsManual = tick.IsManual, State = StateType.Scheduled, LogPath = order.Flow.LogPath }, []))];

    private async Task Run(TickOrder order, ScheduledTick tick, TickClaim claim, List<Task> telling)
    {
        ScheduledFlow flow = order.Flow;
        switch (claim.Kind)
        {
            case TickClaimKind.AlreadyTaken:
                order.Ended(TickCoordinator.AsSkipped(claim.Tick with { EndTime = time.GetUtcNow() }, "Another process has run this occurrence, or is running it.").ToRun() with { IsElsewhere = true });
                return;
            case TickClaimKind.Skipped:
                Note(new InstanceLog(flow.LogPath), claim.Tick, $"Skipped. {claim.Tick.Message}");
                order.Ended(claim.Tick.ToRun());
                return;
        }

        var output = new InstanceOutput(new InstanceLog(flow.LogPath));
        TickRow row;
        try
        {
            row = await RunClaimed(order, tick, claim, output, telling).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // Nobody sees an exception at night, and the tick must not look as if it were still running.
            row = End(claim.Tick, InstanceResult.Failed(exception.Message));
        }

        // Before the callback, which may throw.
        if (row.State is StateType.Failed or StateType.Crashed)
        {
            lock (telling)
            {
                telling.Add(Task.Run(() => Report(flow, row, output.LastLines, order.Stop), CancellationToken.None));
            }
        }

        order.Ended(row.ToRun());
    }

    private async Task<TickRow> RunClaimed(TickOrder order, ScheduledTick tick, TickClaim claim, InstanceOutput output, List<Task> telling)
    {
        TickRow row = claim.Tick;
        using var intent = new StopIntent(order.Stop);
        using IDisposable? asked = history?.Schedules.WhenAskedToStop(row, intent.Request);
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(order.Drain, intent.Token);
        DateTimeOffset due = tick.IsManual ? tick.Time : order.Flow.StartOf(tick.Time);
        using IDisposable? place = await WaitToStart(order, claim, tick is { IsManual: false, IsMissed: false } ? due : null, telling, waiting.Token).ConfigureAwait(false);
        if (place is null)
        {
            return EndUnbegun(order, row, intent);
        }

        DateTimeOffset now = time.GetUtcNow();
        row = row with { State = StateType.Running, StartTime = now, IsLate = !tick.IsManual && now - due >= ScheduledInstance.LateAfter };
        if (history?.Schedules.Change(row) == false)
        {
            return Ended(row with { StartTime = null }, InstanceResult.Cancelled("Another run took its place before it began."));
        }

        InstanceLog log = output.Log;
        InstanceResult result = await Execute(order.Flow, row, log, output, intent).ConfigureAwait(false);
        return End(row, log.Trouble is { } trouble ? result with { Message = $"{result.Message} The log '{order.Flow.LogPath}' could not be written: {trouble}".TrimStart() } : result);
    }

    /// <summary>Waits for the tick's turn, the jitter, and a place. Returns the place; null if the tick must not start any more.</summary>
    private async Task<IDisposable?> WaitToStart(TickOrder order, TickClaim claim, DateTimeOffset? due, List<Task> telling, CancellationToken cancellationToken)
    {
        try
        {
            if (claim.Kind == TickClaimKind.Waits)
            {
                await new TickQueue(history!, claim.Tick, StopLimit)
                    .Wait(order.Flow, crashed => Tell(order.Flow, crashed, telling, order.Stop), cancellationToken).ConfigureAwait(false);
            }

            // In a loop, because the clock may be set, and timers have a maximum.
            for (TimeSpan left; due is { } moment && (left = moment - time.GetUtcNow()) > TimeSpan.Zero;)
            {
                await Task.Delay(left < TimeSpan.FromMinutes(1) ? left : TimeSpan.FromMinutes(1), time, cancellationToken).ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (order.Places is not { } places)
            {
                return new Place(static () => { });
            }

            await places.WaitAsync(cancellationToken).ConfigureAwait(false);
            var place = new Place(() => places.Release());
            if (cancellationToken.IsCancellationRequested)
            {
                // The place was granted after the cancellation, of which the semaphore learns a little later.
                place.Dispose();
                return null;
            }

            return place;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Ends a tick cancelled before its script started. Cancelled by a person or a replacing run: final. Otherwise: released for another scheduler.</summary>
    private TickRow EndUnbegun(TickOrder order, TickRow row, StopIntent intent)
    {
        bool isGivenBack = !row.IsManual && (order.Drain.IsCancellationRequested || order.Stop.IsCancellationRequested);
        if (!isGivenBack)
        {
            return End(row, InstanceResult.Cancelled(intent.Reason ?? "It had not begun."));
        }

        history?.Schedules.Release(row);
        return Ended(row, InstanceResult.Cancelled("It had not begun when this process was told to end, and counts as missed."));
    }

    private async Task<InstanceResult> Execute(ScheduledFlow flow, TickRow row, InstanceLog log, InstanceOutput output, StopIntent intent)
    {
        Note(log, row, row.IsLate ? "Started, late." : "Started.");
        InstanceResult result;
        try
        {
            var order = new InstanceOrder(new ScheduledInstance(flow.Name, row.Time, row.IsLate), flow.Path, flow.Parameters, historyPath);
            if (!Directory.Exists(flow.WorkingDirectory))
            {
                throw new WorkerStartException($"There is no folder '{flow.WorkingDirectory}' for the script to start in.");
            }

            using InstanceProcess process = InstanceProcess.Start(flow, order, output, script =>
            {
                if (history?.Schedules.Change(row with { Script = script }) == false)
                {
                    intent.Request("Another run took its place.");
                }
            });
            result = await process.Wait(intent).ConfigureAwait(false);
        }
        catch (WorkerStartException exception)
        {
            result = Directory.Exists(flow.WorkingDirectory) ? InstanceResult.Failed(exception.Message) : InstanceResult.BadInput(exception.Message);
        }
        catch (FlowException exception)
        {
            result = InstanceResult.Failed(exception.Message);
        }

        Note(log, row, FormattableString.Invariant($"{result.State}, exit code {result.ExitCode}. {result.Message}"));
        return result;
    }

    private TickRow End(TickRow row, InstanceResult result)
    {
        row = Ended(row, result);
        history?.Schedules.Change(row);
        return row;
    }

    private TickRow Ended(TickRow row, InstanceResult result) => result.End(row, time.GetUtcNow());

    /// <summary>Notifies of crashed ticks that have no notification yet.</summary>
    private void Tell(ScheduledFlow flow, IReadOnlyList<TickRow> crashed, List<Task> telling, CancellationToken stop)
    {
        if (crashed.Count == 0)
        {
            return;
        }

        // In the background: the tick just claimed must not wait.
        Task told = Task.Run(
            async () =>
            {
                foreach (TickRow tick in crashed)
                {
                    Note(new InstanceLog(flow.LogPath), tick, $"Crashed. {tick.Message}");
                    await Report(flow, tick, [], stop).ConfigureAwait(false);
                }
            },
            CancellationToken.None);
        lock (telling)
        {
            telling.Add(told);
        }
    }

    private async Task Report(ScheduledFlow flow, TickRow tick, IReadOnlyList<string> lastLines, CancellationToken stop)
    {
        Interlocked.Increment(ref _telling);
        try
        {
            await report(flow, tick, lastLines, stop).ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _telling);
        }
    }

    private void Note(InstanceLog log, TickRow row, string what) =>
        log.WriteEvent(time.GetLocalNow(), string.Create(CultureInfo.InvariantCulture, $"{row.Name} of {row.Time.ToLocalTime():yyyy-MM-dd HH:mm:ss zzz}"), what);

    private sealed class Place(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}

/// <summary>Notifies the recipients of a failed tick of a scheduled flow. It does not throw.</summary>
/// <param name="flow">The flow.</param>
/// <param name="tick">The tick, and how it ended.</param>
/// <param name="lastLines">The last lines of its output.</param>
/// <param name="stop">Cancelled when there is no time left.</param>
internal delegate Task ReportFailure(ScheduledFlow flow, TickRow tick, IReadOnlyList<string> lastLines, CancellationToken stop);
