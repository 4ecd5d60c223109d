using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Engine.History;
using FlowModule.History;
using FlowModule.Resuming;
using FlowModule.Streams;
using FlowModule.Workers;

namespace FlowModule.Commands;

/// <summary>Stops the body of a run that executes on a worker of this session in the debugger.</summary>
[Cmdlet(VerbsDiagnostic.Debug, "FlowRun", SupportsShouldProcess = true)]
public sealed class DebugFlowRunCommand : FlowCommand, IDisposable
{
    private const int MostNamed = 5;

    private readonly CancellationTokenSource _stopping = new();

    /// <summary>The run: its name, its id or the beginning of it, the run, its state, or the output of Get-FlowRun.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(FlowRunNameCompleter))]
    [ValidateNotNull]
    public object Run { get; set; } = null!;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        RunTarget target = OrThrow(() => RunTarget.Of(Run, Histories.Default is { Exists: true } history ? history : null));
        if (!ShouldProcess(target.Name, "Stop flow run in the debugger"))
        {
            return;
        }

        using DebugAttachment attachment = OrThrow(() => Attach(target));
        Host.UI.WriteLine($"{attachment.Run.KindName} '{attachment.Run.Name}' stops at its next statement. Press Ctrl+C to stop waiting for it.");
        try
        {
            Ask(attachment);
        }
        catch (OperationCanceledException)
        {
            // Ctrl+C: the body goes on.
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stopping.Cancel();

    /// <summary>The pipeline has ended.</summary>
    public void Dispose() => _stopping.Dispose();

    private static DebugAttachment Attach(RunTarget target)
    {
        if (target.Active is not { } run)
        {
            throw NotDebuggable(target, target.Record is { EndTime: null }
                ? "it does not execute in this process. Enter its process with Enter-PSHostProcess, or put Wait-Debugger into its script"
                : "it has ended");
        }

        FlowRun[] inside = [];
        DebugAttachment? attachment = WorkerDebugger.Attach(run) ?? ((inside = WorkerDebugger.ExecutingInside(run)) is [var only] ? WorkerDebugger.Attach(only) : null);
        return attachment ?? throw NotDebuggable(target, run.State.IsFinal ? "it has ended"
            : inside.Length > 1 ? $"several runs inside it execute. Name one of them: {string.Join(", ", inside.Take(MostNamed).Select(static inner => inner.Name))}"
            : "its body does not execute on a worker of this session at this moment. Wait-Debugger and breakpoints stop a body wherever it runs");
    }

    private static FlowException NotDebuggable(RunTarget target, string why) => new(
        $"Run '{target.Name}' cannot be debugged: {why}.", "FlowRunNotDebuggable", ErrorCategory.InvalidOperation, (object?)target.Record ?? target.Active);

    /// <summary>Asks the user at each stop, until the body continues without a step or has ended.</summary>
    private void Ask(DebugAttachment attachment)
    {
        bool makesSteps = true;
        while (makesSteps && attachment.Next(_stopping.Token) is { } stop)
        {
            bool isAnswered = false;
            try
            {
                makesSteps = stop.Ask(Host);
                isAnswered = true;
            }
            finally
            {
                if (!isAnswered)
                {
                    stop.Refuse("Debug-FlowRun was stopped");
                }
            }
        }
    }
}
