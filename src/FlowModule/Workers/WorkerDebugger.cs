using System.Management.Automation;
using System.Management.Automation.Runspaces;
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
    private readonly Debugger _debugger;
    private readonly RunspaceContext _context;
    private readonly Action<object> _write;
    private IReadOnlyList<Breakpoint>? _breakpoints;
    private bool _isStepping;

    /// <param name="runspace">The worker's runspace.</param>
    /// <param name="context">Its context.</param>
    /// <param name="write">Takes a record of the run that executes now.</param>
    internal WorkerDebugger(Runspace runspace, RunspaceContext context, Action<object> write)
    {
        _debugger = runspace.Debugger;
        _context = context;
        _write = write;
        _debugger.DebuggerStop += Stop;
    }

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
        if (_isStepping)
        {
            _isStepping = false;
            _debugger.SetDebuggerStepMode(enabled: false);
            _write(new DebugEnd(run));
        }
    }

    /// <summary>Called when all breakpoints were removed from the session.</summary>
    internal void Forget() => _breakpoints = null;

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
        _write(stop);
        stopped.ResumeAction = stop.Serve(_debugger, run.CancellationToken);
        _isStepping |= stopped.ResumeAction is DebuggerResumeAction.StepInto or DebuggerResumeAction.StepOver or DebuggerResumeAction.StepOut;
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
