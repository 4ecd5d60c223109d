using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace FlowModule.Sessions;

/// <summary>
/// Calls of other threads into a runspace: a method of an object of a PowerShell class runs in the session that created the object.
/// PowerShell leaves such a call to the runspace's thread, which looks for it between the statements of a script. If that thread does not take it within
/// a quarter of a second, PowerShell runs it on the calling thread, where a nested call waits forever for the call around it.
/// So a waiting thread of the module executes such calls, a caller waits for it, and a wait that would never end is an error.
/// </summary>
internal sealed class ForeignCalls
{
    internal const string EventName = "PowerShell.OnScriptBlockInvoke";

    /// <summary>
    /// How often a call looks whether a busy runspace has taken it, before PowerShell runs it on the calling thread. Looks are counted, not time: on a machine
    /// that is paused or has too much to do, the runspace's thread gets as little done as the caller's.
    /// </summary>
    private const int Looks = 50;

    /// <summary>The time between two looks, in milliseconds.</summary>
    private const int LookEach = 20;

    // PowerShell looks for waiting calls between the statements of a script.
    private static readonly ScriptBlock Statement = NeutralScript.Create("foreach ($i in 1) { }");

    private readonly object _gate = new();
    private readonly Runspace _runspace;
    private readonly PSEventManager _events;
    private readonly PSEventSubscriber _own;

    // The calls in progress, and the ids of the threads that made them.
    private readonly Dictionary<PSEventSubscriber, int> _calls = [];

    // How many calls are still to come whose subscription was already consumed by the event of another call.
    private int _lost;
    private Action? _wake;
    private long _asked;
    private long _served;

    /// <param name="runspace">The runspace.</param>
    /// <param name="events">Its event manager.</param>
    internal ForeignCalls(Runspace runspace, PSEventManager events)
    {
        _runspace = runspace;
        _events = events;
        _own = events.SubscribeEvent(source: null, EventName, EventName, data: null, OnCall, supportEvent: true, forwardEvent: false);
    }

    /// <summary>Called on the runspace's thread before it waits.</summary>
    /// <param name="wake">Ends the wait, from another thread.</param>
    internal void BeginWait(Action wake)
    {
        lock (_gate)
        {
            _wake = wake;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Called on the runspace's thread after a wait: runs the calls that came in the meantime.</summary>
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
                // Also if the pipeline is being stopped, so that no caller continues to wait.
                lock (_gate)
                {
                    _served++;
                    Monitor.PulseAll(_gate);
                }
            }
        }
    }

    /// <summary>Called on the calling thread. An exception here is thrown by the method there.</summary>
    private void OnCall(object sender, PSEventArgs args)
    {
        // PowerShell subscribes for each call, and then raises the event. If two threads do so at once, the first event takes both subscriptions: its call
        // would run twice, and the other never.
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
                "Methods of objects of a PowerShell class were called from several threads at the same moment, and PowerShell mixes up such calls: they run in the "
                + "session that created the objects. Add the attribute [NoRunspaceAffinity()] to the class, or call them on one thread.",
                "FlowMethodCallsMixedUp", ErrorCategory.InvalidOperation, target: null);
        }

        if (isInside)
        {
            throw new FlowException(
                "A method of an object of a PowerShell class calls another one, and the session that created the object is busy: the call runs there, and would wait "
                + "forever. Add the attribute [NoRunspaceAffinity()] to the class, or call the method after the runs of that session have ended.",
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
            for (int looks = 0; _wake is null; looks++, Monitor.Wait(_gate, LookEach))
            {
                // The runspace's thread runs scripts: it executes the call between two statements, or when it waits.
                if (looks >= Looks || !_events.GetEventSubscribers(EventName).Contains(call))
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
