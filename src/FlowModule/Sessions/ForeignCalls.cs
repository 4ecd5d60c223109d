using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace FlowModule.Sessions;

/// <summary>
/// The calls of other threads into a runspace: a method of an instance of a PowerShell class runs in the session that made the instance.
/// The engine leaves such a call to the runspace's thread, which looks for it between the statements of a script. When that has not come by after
/// a quarter of a second, the engine runs it on the thread that called, where a call inside of the call waits for the call around it, for ever.
/// So a thread of the module's that waits serves calls, who calls waits for it, and what would wait for ever is an error.
/// </summary>
internal sealed class ForeignCalls
{
    internal const string EventName = "PowerShell.OnScriptBlockInvoke";

    /// <summary>How long a call waits for a runspace that is busy, in milliseconds, before the engine runs it on the thread that calls.</summary>
    private const int Patience = 1000;

    private const int LookEach = 20;

    // The engine looks for waiting calls between the statements of a script.
    private static readonly ScriptBlock Statement = NeutralScript.Create("foreach ($i in 1) { }");

    private readonly object _gate = new();
    private readonly Runspace _runspace;
    private readonly PSEventManager _events;
    private readonly PSEventSubscriber _own;

    // The calls that have not ended, and the threads that they came from.
    private readonly Dictionary<PSEventSubscriber, int> _calls = [];

    // How many calls are still to come whose subscription the event of another one has taken.
    private int _lost;
    private Action? _wake;
    private long _asked;
    private long _served;

    /// <param name="runspace">The runspace.</param>
    /// <param name="events">Its events.</param>
    internal ForeignCalls(Runspace runspace, PSEventManager events)
    {
        _runspace = runspace;
        _events = events;
        _own = events.SubscribeEvent(source: null, EventName, EventName, data: null, OnCall, supportEvent: true, forwardEvent: false);
    }

    /// <summary>The runspace's thread is about to wait.</summary>
    /// <param name="wake">Ends the wait, from another thread.</param>
    internal void BeginWait(Action wake)
    {
        lock (_gate)
        {
            _wake = wake;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>The runspace's thread has waited: runs the calls that came meanwhile.</summary>
    /// <param name="cmdlet">The cmdlet that waited.</param>
    internal void EndWait(PSCmdlet cmdlet)
    {
        lock (_gate)
        {
            _wake = null;
        }

        while (_served < _asked)
        {
            try
            {
                cmdlet.InvokeCommand.InvokeScript(useLocalScope: true, Statement, input: null, args: []);
            }
            finally
            {
                // Also when the pipeline is being stopped: nobody must wait for it any more.
                lock (_gate)
                {
                    _served++;
                    Monitor.PulseAll(_gate);
                }
            }
        }
    }

    /// <summary>On the thread that calls. What this throws, the method throws there.</summary>
    private void OnCall(object sender, PSEventArgs args)
    {
        // The engine subscribes for each call, and then raises the event. Of two that do so at once, the first event takes both subscriptions: its call
        // would be run twice, and the other one never.
        PSEventSubscriber[] calls = [.. _events.GetEventSubscribers(EventName).Where(subscriber => subscriber != _own)];
        PSEventSubscriber[] added;
        bool isInside;
        bool isMixedUp;
        lock (_gate)
        {
            foreach (PSEventSubscriber ended in _calls.Keys.Except(calls).ToList())
            {
                _calls.Remove(ended);
            }

            isInside = ReferenceEquals(Runspace.DefaultRunspace, _runspace) && _calls.ContainsValue(Environment.CurrentManagedThreadId);
            added = Array.FindAll(calls, call => _calls.TryAdd(call, Environment.CurrentManagedThreadId));
            isMixedUp = added.Length > 1 || _lost > 0;
            _lost = Math.Max(0, _lost + added.Length - 1);
        }

        if (isMixedUp)
        {
            throw new FlowException(
                "Methods of objects of a PowerShell class were called from several threads at the same moment, which PowerShell mixes up: they run in the "
                + "session that made the objects. Give the class the attribute [NoRunspaceAffinity()], or call them in one place.",
                "FlowMethodCallsMixedUp", ErrorCategory.InvalidOperation, target: null);
        }

        if (isInside)
        {
            throw new FlowException(
                "A method of an object of a PowerShell class calls another one, and the session that made the object is busy: they run there, and would wait "
                + "for it for ever. Give the class the attribute [NoRunspaceAffinity()], or call the method once that session's runs have ended.",
                "FlowMethodSessionBusy", ErrorCategory.InvalidOperation, target: null);
        }

        if (added is [var own])
        {
            WaitForThread(own);
        }
    }

    private void WaitForThread(PSEventSubscriber call)
    {
        Action wake;
        long ticket;
        lock (_gate)
        {
            for (long begin = Environment.TickCount64; _wake is null; Monitor.Wait(_gate, LookEach))
            {
                // Its thread runs scripts: it has seen to the call between two statements, or will, or comes to wait.
                if (Environment.TickCount64 - begin >= Patience || !_events.GetEventSubscribers(EventName).Contains(call))
                {
                    return;
                }
            }

            wake = _wake;
            ticket = ++_asked;
        }

        wake();
        lock (_gate)
        {
            while (_served < ticket)
            {
                Monitor.Wait(_gate);
            }
        }
    }
}
