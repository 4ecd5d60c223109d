using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Sessions;
using FlowModule.Streams;

namespace FlowModule.Workers;

/// <summary>
/// Stops bodies on a worker at Wait-Debugger and at breakpoints, also at those of the session that the worker works for. Without a breakpoint in any session,
/// a run costs the comparison of two references.
/// </summary>
internal sealed class WorkerDebugger
{
    // The debuggers of the workers that exist.
    private static readonly ConditionalWeakTable<Runspace, WorkerDebugger> All = [];

    private readonly Debugger _debugger;
    private readonly RunspaceContext _context;
    private readonly Action<object> _write;
    private IReadOnlyList<Breakpoint>? _breakpoints;
    private bool _isStepping;
    private volatile DebugAttachment? _attachment;

    /// <param name="runspace">The worker's runspace.</param>
    /// <param name="context">Its context.</param>
    /// <param name="write">Takes a record of the run that executes now.</param>
    internal WorkerDebugger(Runspace runspace, RunspaceContext context, Action<object> write)
    {
        _debugger = runspace.Debugger;
        _context = context;
        _write = write;
        _debugger.DebuggerStop += Stop;
        All.Add(runspace, this);
    }

    /// <summary>Has the body of a run stop at its next statement, for the command that holds the result. Null if no worker of this process executes it.</summary>
    internal static DebugAttachment? Attach(FlowRun run) =>
        All.Select(static entry => entry.Value).FirstOrDefault(debugger => debugger.Executes(run)) is { } executing ? executing.AttachTo(run) : null;

    /// <summary>The runs inside a run that workers of this process execute at this moment.</summary>
    internal static FlowRun[] ExecutingInside(FlowRun run) =>
        [.. All.Select(static entry => entry.Value._context.CurrentRun).OfType<FlowRun>().Where(current => IsInside(current, run)).OrderBy(static current => current.Id)];

    /// <summary>Called before each run: sets the breakpoints of the session as they were when its last command began.</summary>
    internal void Update()
    {
        if (!ReferenceEquals(_breakpoints, _context.Pools.Breakpoints))
        {
            _breakpoints = _context.Pools.Breakpoints;
            SessionBreakpoints.Replace(_debugger, _breakpoints ?? []);
        }
    }

    /// <summary>Called when a body has ended, before anything else runs in the session.</summary>
    internal void Ended(FlowRun run)
    {
        if (_attachment is { } attachment)
        {
            Detach(attachment);
            attachment.Ended();
        }
        else if (_isStepping)
        {
            _isStepping = false;
            _debugger.SetDebuggerStepMode(enabled: false);
            _write(new DebugEnd(run));
        }
    }

    /// <summary>Called when all breakpoints were removed from the session.</summary>
    internal void Forget() => _breakpoints = null;

    private static bool IsInside(FlowRun run, FlowRun outer)
    {
        FlowRun? around = run.Around;
        while (around is not null && around != outer)
        {
            around = around.Around;
        }

        return around is not null;
    }

    private bool Executes(FlowRun run)
    {
        FlowRun? current = _context.CurrentRun;
        while (current is { IsInline: true } && current != run)
        {
            // It executes on the thread of the run around it.
            current = current.Parent;
        }

        return ReferenceEquals(current, run);
    }

    private DebugAttachment? AttachTo(FlowRun run)
    {
        var attachment = new DebugAttachment(run, Detach);
        if (Interlocked.CompareExchange(ref _attachment, attachment, null) is not null)
        {
            throw new FlowException($"Run '{run.Name}' is being debugged by another command.", "FlowRunNotDebuggable", ErrorCategory.ResourceBusy, run);
        }

        _debugger.SetDebuggerStepMode(enabled: true);
        if (Executes(run))
        {
            return attachment;
        }

        // It has ended in the meantime.
        attachment.Dispose();
        return null;
    }

    private void Detach(DebugAttachment attachment)
    {
        if (ReferenceEquals(Interlocked.CompareExchange(ref _attachment, null, attachment), attachment))
        {
            _debugger.SetDebuggerStepMode(enabled: false);
        }
    }

    private void Stop(object? sender, DebuggerStopEventArgs stopped)
    {
        stopped.ResumeAction = DebuggerResumeAction.Continue;
        if (_context.CurrentRun is not { } run)
        {
            // The body has ended, and stepping goes no further.
            return;
        }

        string place = string.Join('\n', [.. stopped.Breakpoints.Select(breakpoint => $"Hit {breakpoint}"), stopped.InvocationInfo?.PositionMessage]);
        var stop = new DebugStop(run, place);
        bool isAttached = _attachment?.TryOffer(stop) == true;
        if (!isAttached)
        {
            _write(stop);
        }

        stopped.ResumeAction = stop.Serve(_debugger, run.CancellationToken);
        _isStepping |= !isAttached && stopped.ResumeAction is DebuggerResumeAction.StepInto or DebuggerResumeAction.StepOver or DebuggerResumeAction.StepOut;
        if (stop.Refusal is { } reason)
        {
            _write(new WarningRecord($"{run.KindName} {RunLabel.Quoted(run)} does not stop in the debugger: {reason}. {place}"));
        }
        else if (stopped.ResumeAction == DebuggerResumeAction.Stop)
        {
            // Only this run ends: stopping the script would end the worker's pipeline.
            run.Stop(new StopRequest(StopKind.Cancelled, "Stopped in the debugger."));
            stopped.ResumeAction = DebuggerResumeAction.Continue;
        }
    }
}
