using System.Globalization;
using FlowModule.Engine;
using FlowModule.Hosting.Processes;

namespace FlowModule.Hosting.Scheduling;

/// <summary>Runs times of scheduled flows, each in a process of its own.</summary>
/// <param name="history">The history in which processes come to an agreement; null for none: then each time runs at once.</param>
/// <param name="historyPath">Where the runs of the scripts are recorded; null for the usual place.</param>
/// <param name="time">The clock.</param>
/// <param name="report">Tells those who are to know that a time has failed.</param>
internal sealed class ScheduledRunner(RunHistory? history, string? historyPath, TimeProvider time, ReportFailure report) : IScheduledRunner
{
    /// <summary>How long a time that is to be stopped has for it, before it is ended by the one that takes its place.</summary>
    private static readonly TimeSpan StopLimit = InstanceStop.Grace + TimeSpan.FromSeconds(5);

    public Task<FlowScheduleRun> Run(ScheduledFlow flow, ScheduledTick tick, CancellationToken stop) => Task.Run(
        async () =>
        {
            try
            {
                return await ClaimAndRun(flow, tick, stop).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                // Nobody waits for an exception of a time that is run at night.
                var failed = new TickRow { Name = flow.Name, Time = tick.Time, State = StateType.Failed, ExitCode = Hosting.Scripts.ExitCodes.Failure, Message = exception.Message, EndTime = time.GetUtcNow() };
                report(flow, failed, [], stop);
                return failed.ToRun();
            }
        },
        CancellationToken.None);

    private async Task<FlowScheduleRun> ClaimAndRun(ScheduledFlow flow, ScheduledTick tick, CancellationToken stop)
    {
        var claim = history?.Schedules.Claim(flow, tick)
            ?? new TickClaim(TickClaimKind.Started, new TickRow { Name = flow.Name, Time = tick.Time, State = StateType.Scheduled, LogPath = flow.LogPath }, []);
        Report(flow, claim.Crashed, stop);
        switch (claim.Kind)
        {
            case TickClaimKind.AlreadyTaken:
                return TickDesk.AsSkipped(claim.Tick with { EndTime = time.GetUtcNow() }, "Another process has run this time, or runs it.").ToRun() with { IsElsewhere = true };
            case TickClaimKind.Skipped:
                new InstanceLog(flow.LogPath).WriteLine(Line(claim.Tick, $"Skipped. {claim.Tick.Message}"));
                return claim.Tick.ToRun();
            default:
                break;
        }

        TickRow row = claim.Tick;
        try
        {
            using var wish = new InstanceWish(stop);
            using IDisposable? asked = history?.Schedules.WhenAskedToStop(row, wish.Request);
            if (claim.Kind == TickClaimKind.Waits)
            {
                await new TickTurn(history!, row, StopLimit).Wait(flow, crashed => Report(flow, crashed, stop), wish.Token).ConfigureAwait(false);
            }

            DateTimeOffset due = tick.IsManual ? tick.Time : flow.StartOf(tick.Time);
            if (!tick.IsManual && !tick.IsMissed)
            {
                await WaitUntil(due, wish.Token).ConfigureAwait(false);
            }

            if (wish.Reason is { } reason)
            {
                return End(row, InstanceResult.Cancelled(reason)).ToRun();
            }

            DateTimeOffset now = time.GetUtcNow();
            row = row with { State = StateType.Running, StartTime = now, IsLate = !tick.IsManual && now - due >= ScheduledInstance.LateAfter };
            history?.Schedules.Change(row);
            var log = new InstanceLog(flow.LogPath);
            var output = new InstanceOutput(log);
            InstanceResult result = await Execute(flow, row, log, output, wish).ConfigureAwait(false);
            row = End(row, log.Trouble is { } trouble ? result with { Message = $"{result.Message} The log '{flow.LogPath}' could not be written: {trouble}".TrimStart() } : result);
            if (row.State is StateType.Failed or StateType.Crashed)
            {
                report(flow, row, output.LastLines, stop);
            }

            return row.ToRun();
        }
        catch (Exception exception)
        {
            // The time must not look as if it went on.
            End(row, InstanceResult.Failed(exception.Message));
            throw;
        }
    }

    private async Task<InstanceResult> Execute(ScheduledFlow flow, TickRow row, InstanceLog log, InstanceOutput output, InstanceWish wish)
    {
        log.WriteLine(Line(row, row.IsLate ? "Started, late." : "Started."));
        InstanceResult result;
        try
        {
            var order = new InstanceOrder(new ScheduledInstance(flow.Name, row.Time, row.IsLate), flow.Path, flow.Parameters, historyPath);
            if (!Directory.Exists(flow.WorkingDirectory))
            {
                throw new WorkerStartException($"There is no folder '{flow.WorkingDirectory}' for the script to start in.");
            }

            using InstanceProcess process = InstanceProcess.Start(flow, order, output);
            history?.Schedules.Change(row with { Script = process.Id });
            result = await process.Wait(wish).ConfigureAwait(false);
        }
        catch (WorkerStartException exception)
        {
            result = Directory.Exists(flow.WorkingDirectory) ? InstanceResult.Failed(exception.Message) : InstanceResult.BadInput(exception.Message);
        }
        catch (FlowException exception)
        {
            result = InstanceResult.Failed(exception.Message);
        }

        log.WriteLine(Line(row, FormattableString.Invariant($"{result.State}, exit code {result.ExitCode}. {result.Message}")));
        return result;
    }

    private TickRow End(TickRow row, InstanceResult result)
    {
        row = row with { State = result.State, Message = result.Message, ExitCode = result.ExitCode, EndTime = time.GetUtcNow() };
        history?.Schedules.Change(row);
        return row;
    }

    /// <summary>Those of which nobody has told, for their process has died.</summary>
    private void Report(ScheduledFlow flow, IReadOnlyList<TickRow> crashed, CancellationToken stop)
    {
        foreach (TickRow tick in crashed)
        {
            new InstanceLog(flow.LogPath).WriteLine(Line(tick, $"Crashed. {tick.Message}"));
            report(flow, tick, [], stop);
        }
    }

    private async Task WaitUntil(DateTimeOffset moment, CancellationToken cancellationToken)
    {
        try
        {
            // Again and again: the clock may be set, and a timer does not wait for ever.
            for (TimeSpan left; (left = moment - time.GetUtcNow()) > TimeSpan.Zero;)
            {
                await Task.Delay(left < TimeSpan.FromMinutes(1) ? left : TimeSpan.FromMinutes(1), time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Whoever waits looks why.
        }
    }

    private string Line(TickRow row, string what) => string.Create(
        CultureInfo.InvariantCulture, $"---- {time.GetLocalNow():yyyy-MM-dd HH:mm:ss zzz} | {row.Name} of {row.Time.ToLocalTime():yyyy-MM-dd HH:mm:ss zzz} | {what.TrimEnd()}");
}

/// <summary>Tells those who are to know that a time of a scheduled flow has failed. It does not throw.</summary>
/// <param name="flow">The flow.</param>
/// <param name="tick">The time, and how it ended.</param>
/// <param name="lastLines">The last lines of its output.</param>
/// <param name="stop">Fires when there is no time left.</param>
internal delegate void ReportFailure(ScheduledFlow flow, TickRow tick, IReadOnlyList<string> lastLines, CancellationToken stop);
