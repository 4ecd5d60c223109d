using System.Diagnostics;
using System.Globalization;
using FlowModule.Engine.History;
using FlowModule.Engine.Liveness;
using FlowModule.Engine.Schedules;
using FlowModule.Engine.Schedules.Serving;
using FlowModule.Engine.Schedules.Ticks;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Sqlite.Tests.Support;

/// <summary>
/// A real process that serves schedules of a tenth of a second: each run writes a line to the process's own file when it begins, and another when it has ended.
/// </summary>
internal sealed class SchedulingProcess : IDisposable
{
    internal const string Word = "serve";

    private const int Flows = 10;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Process _process;
    private readonly Task<string> _error;

    internal SchedulingProcess(string path, string effects, DateTimeOffset anchor)
    {
        _process = Process.Start(new ProcessStartInfo("dotnet", [typeof(SchedulingProcess).Assembly.Location, Word, path, effects, anchor.ToString("O", CultureInfo.InvariantCulture)])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _error = _process.StandardError.ReadToEndAsync();
    }

    internal static IReadOnlyList<ScheduledFlow> FlowsFrom(DateTimeOffset anchor) =>
    [
        .. Enumerable.Range(0, Flows).Select(number => new ScheduledFlow
        {
            Name = FormattableString.Invariant($"flow-{number}"),
            Path = "/flows/flow.ps1",
            Schedules = [new IntervalSchedule(Interval, anchor + (Interval * number / Flows), TimeZoneInfo.Utc, TimeSpan.Zero)],
            WorkingDirectory = "/flows",
            LogPath = "/logs/flow.log",
            MultipleInstances = MultipleInstances.Parallel,
            Missed = MissedRuns.RunAll,
            Since = anchor.AddTicks(-1),
        }),
    ];

    /// <summary>Waits until it serves.</summary>
    internal void UntilReady() => Assert.Equal("ready", _process.StandardOutput.ReadLine());

    internal void Kill() => _process.Kill();

    /// <summary>Makes it start nothing more, and waits for its end; returns its error output.</summary>
    internal string End()
    {
        _process.StandardInput.Close();
        Assert.True(_process.WaitForExit(TimeSpan.FromMinutes(1)), "The process does not end.");
        return _error.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    /// <summary>The process itself, until its standard input ends.</summary>
    internal static int Serve(string path, string effects, DateTimeOffset anchor)
    {
        using var history = new RunHistory(HistoryAddress.OfFile(path), new TestValues(), TimeProvider.System, new SqliteBackend());
        using var runner = new EffectRunner(history, effects);
        using var scheduler = new FlowScheduler(runner, runner, history.Schedules, throttleLimit: 20, TimeProvider.System);
        using var end = new CancellationTokenSource();
        scheduler.Serve(FlowsFrom(anchor));
        Task serving = scheduler.Run(TimeSpan.FromSeconds(30), end.Token, CancellationToken.None);
        Console.WriteLine("ready");
        while (Console.Read() >= 0)
        {
            // Only the end of the input matters.
        }

        end.Cancel();
        serving.GetAwaiter().GetResult();
        return 0;
    }

    private sealed class EffectRunner(RunHistory history, string effects) : IScheduledRunner, ISchedulerListener, IDisposable
    {
        private readonly FileStream _file = new(System.IO.Path.Combine(effects, $"{Environment.ProcessId}.{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);

        public int Telling => 0;

        public async Task Run(TickOrder order)
        {
            foreach (TickClaim claim in history.Schedules.Claim(order.Flow, order.Ticks).Where(claim => claim.Kind == TickClaimKind.Started))
            {
                if (order.Drain.IsCancellationRequested)
                {
                    history.Schedules.Release(claim.Tick);
                    continue;
                }

                TickRow row = claim.Tick with { State = StateType.Running, Script = new TickProcess(Environment.ProcessId, ProcessTable.BirthOf(Environment.ProcessId) ?? 0) };
                if (!history.Schedules.Change(row))
                {
                    continue;
                }

                Write("begin", row);
                await Task.Delay(Random.Shared.Next(20), CancellationToken.None);
                Write("end", row);
                history.Schedules.Change(row with { State = StateType.Completed, EndTime = DateTimeOffset.UtcNow });
            }
        }

        public Task Sweep(Func<string, ScheduledFlow?> find, CancellationToken stop)
        {
            history.Schedules.Sweep(name => find(name) is not null);
            return Task.CompletedTask;
        }

        public void Dispose() => _file.Dispose();

        private void Write(string what, TickRow tick)
        {
            lock (_file)
            {
                _file.Write(System.Text.Encoding.UTF8.GetBytes(FormattableString.Invariant($"{what} {tick.Name} {tick.Time.UtcTicks}\n")));
            }
        }

        void ISchedulerListener.Serving(ScheduledFlow flow, DateTimeOffset? next, bool isChanged)
        {
        }

        void ISchedulerListener.Removed(ScheduledFlow flow)
        {
        }

        void ISchedulerListener.Due(ScheduledFlow flow, ScheduledTick tick)
        {
        }

        void ISchedulerListener.Skipped(ScheduledFlow flow, DateTimeOffset time, string message) => Console.Error.WriteLine($"Skipped: {flow.Name} {message}");

        void ISchedulerListener.Ended(FlowScheduleRun run)
        {
        }

        void ISchedulerListener.Draining(int running, int telling)
        {
        }

        void ISchedulerListener.Stopping(int running, int telling)
        {
        }
    }
}
