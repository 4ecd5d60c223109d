using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using FlowModule.Streams;
using FlowModule.Tasks;

namespace FlowModule.Commands;

/// <summary>Waits for started tasks, and returns their results. Throws if one failed or never ran.</summary>
[Cmdlet(VerbsCommunications.Receive, "FlowTask")]
[OutputType(typeof(object), typeof(FlowState))]
public sealed class ReceiveFlowTaskCommand : FlowCommand
{
    private readonly Queue<FlowRun> _tasks = new();
    private TaskWaiting? _waiting;
    private TaskResults? _results;

    /// <summary>The task runs whose results are requested.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    [Alias("Task")]
    public FlowRun[] InputObject { get; set; } = [];

    /// <summary>Whether to return the states of the task runs, and throw nothing.</summary>
    [Parameter]
    public SwitchParameter ReturnState { get; set; }

    /// <summary>How long to wait, in seconds. Each task that has not ended then is an error, and continues.</summary>
    [Parameter]
    [ValidateRange(0.0, 4_000_000)]
    [Duration(inSeconds: true)]
    public double? TimeoutSeconds { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _waiting = new TaskWaiting(this, Context);
        _results = new TaskResults(this, new CmdletWriter(this), ReturnState);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        // Does not wait here: the upstream command may be about to start the next task.
        foreach (FlowRun task in InputObject)
        {
            _tasks.Enqueue(task);
        }

        while (_tasks.TryPeek(out FlowRun? first) && first.IsOver)
        {
            _results!.Output(_tasks.Dequeue().State);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        long begin = Stopwatch.GetTimestamp();
        while (_tasks.TryDequeue(out FlowRun? task))
        {
            OrThrow(() =>
            {
                _waiting!.Until([task], any: false, TimeoutSeconds is { } most ? Math.Max(0, most - Stopwatch.GetElapsedTime(begin).TotalSeconds) : null);
                return true;
            });
            FlowState state = task.State;
            if (task.IsOver || ReturnState)
            {
                _results!.Output(state);
            }
            else
            {
                _results!.Fail(NotOver(state));
            }
        }

        _results!.ThrowFailure();
    }

    private ErrorRecord NotOver(FlowState state)
    {
        string message = string.Create(CultureInfo.CurrentCulture, $"{state.Run.KindName} '{state.Run.Name}' had not ended after {TimeoutSeconds} seconds: it is {state.Name}, and continues.");
        return new ErrorRecord(new TimeoutException(message), "FlowTaskTimeout", ErrorCategory.OperationTimeout, state.Run);
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _waiting?.Signal();
}
