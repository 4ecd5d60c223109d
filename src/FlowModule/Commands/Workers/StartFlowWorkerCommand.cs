using System.Collections.Concurrent;
using System.Globalization;
using System.Management.Automation;
using System.Runtime.InteropServices;
using FlowModule.Completion;
using FlowModule.Engine.Storage;
using FlowModule.Pool;
using FlowModule.Streams;

namespace FlowModule.Commands;

/// <summary>Takes runs from queues and executes them, until it is stopped.</summary>
[Cmdlet(VerbsLifecycle.Start, "FlowWorker", SupportsShouldProcess = true)]
public sealed class StartFlowWorkerCommand : PoolCommand, IDisposable
{
    private readonly BlockingCollection<string> _lines = [];
    private readonly CancellationTokenSource _stop = new();
    private int _terminations;

    /// <summary>The queues to serve.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(FlowQueueCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Queue { get; set; } = [];

    /// <summary>What this machine has that others may not have, such as gpu: subflows can require it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ValidateCount(1, 5)]
    public string[] Tag { get; set; } = [];

    /// <summary>How many runs it executes at once. Default: the number of processors.</summary>
    [Parameter]
    [ValidateRange(1, 1_000)]
    public int ThrottleLimit { get; set; } = Environment.ProcessorCount;

    /// <summary>How long runs may continue after SIGTERM, in seconds. Then they are stopped.</summary>
    [Parameter]
    [ValidateRange(0.0, 2_000_000)]
    [Duration(inSeconds: true)]
    public double GracePeriodSeconds { get; set; } = 30;

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        RequireFullLanguage();
        string[] queues = OrThrow(() => Queue.Select(name => QueueName.Check("queue", name)).Distinct(StringComparer.Ordinal).ToArray());
        string[] tags = OrThrow(() => Tag.Select(name => QueueName.Check("tag", name)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray());
        HistoryAddress address = Address;
        if (!ShouldProcess(string.Join(", ", queues), "Serve queues"))
        {
            return;
        }

        using PoolService service = OrThrow(() => PoolService.Start(address, queues, tags, ThrottleLimit));
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Terminate(signal, service));
        _ = service.Ended.ContinueWith(_ => _lines.CompleteAdding(), TaskScheduler.Default);
        Say(string.Create(
            CultureInfo.InvariantCulture,
            $"Worker {service.Name} is ready: {(queues.Length == 1 ? "queue" : "queues")} {string.Join(", ", queues)}{(tags.Length == 0 ? null : $", {(tags.Length == 1 ? "tag" : "tags")} {string.Join(", ", tags)}")}, {ThrottleLimit} at once, {(service.IsEncrypted ? "encrypted" : "not encrypted: no runs with secrets")}."));
        try
        {
            foreach (string line in _lines.GetConsumingEnumerable(_stop.Token))
            {
                var facts = new LineFacts();
                using OutputSource.Scope about = OutputSource.About(facts);
                WriteInformation(StreamRecords.Line(line, facts));
            }
        }
        catch (OperationCanceledException)
        {
            // The pipeline is being stopped, or the runs were given their time.
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stop.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Dispose();
        _lines.Dispose();
    }

    /// <summary>The first signal lets the runs in hand end, for a limited time; the second stops them.</summary>
    private void Terminate(PosixSignalContext signal, PoolService service)
    {
        signal.Cancel = true;
        if (Interlocked.Increment(ref _terminations) > 1)
        {
            _stop.Cancel();
            return;
        }

        Say(string.Create(CultureInfo.InvariantCulture, $"Worker {service.Name} takes nothing new. What it executes may take {GracePeriodSeconds} seconds; a second signal ends it at once."));
        _stop.CancelAfter(TimeSpan.FromSeconds(GracePeriodSeconds));
        service.Drain();
    }

    private void Say(string line)
    {
        try
        {
            _lines.Add(line);
        }
        catch (InvalidOperationException)
        {
            // It has ended, so there is nothing more to say.
        }
    }
}
