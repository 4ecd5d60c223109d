using System.Management.Automation;
using System.Management.Automation.Runspaces;
using FlowModule.Sessions;
using Microsoft.PowerShell.Commands;

namespace FlowModule.Workers;

/// <summary>
/// Removes what a run can leave in a worker's session outside of drives: events, jobs, breakpoints, tracing, transcripts, and
/// the session's command lookup handlers.
/// </summary>
internal sealed class SessionLeftovers
{
    private static readonly ScriptBlock StopTracing = NeutralScript.Create("param($set, $getJobs) & $set -Off; & $getJobs");
    private static readonly ScriptBlock StopTranscript = NeutralScript.Create("param($command) & $command -WhatIf:$false");
    private static readonly CmdletInfo SetDebug = new("Set-PSDebug", typeof(SetPSDebugCommand));
    private static readonly CmdletInfo GetJob = new("Get-Job", typeof(GetJobCommand));

    private EventHandler<CommandLookupEventArgs>? _commandNotFound;
    private EventHandler<CommandLookupEventArgs>? _beforeLookup;
    private EventHandler<CommandLookupEventArgs>? _afterLookup;

    /// <summary>Accepts what a module has set during its import as the session's own.</summary>
    internal void Accept(PSCmdlet pump)
    {
        CommandInvocationIntrinsics commands = CommandsOf(pump);
        (_commandNotFound, _beforeLookup, _afterLookup) = (commands.CommandNotFoundAction, commands.PreCommandLookupAction, commands.PostCommandLookupAction);
    }

    /// <summary>Removes the leftovers. False if some cannot be removed: jobs of a kind that keeps its own list.</summary>
    internal bool TryRemove(PSCmdlet pump)
    {
        CommandInvocationIntrinsics commands = CommandsOf(pump);
        (commands.CommandNotFoundAction, commands.PreCommandLookupAction, commands.PostCommandLookupAction) = (_commandNotFound, _beforeLookup, _afterLookup);

        RemoveEvents(pump.Events);
        ForgetJobs(pump.JobRepository);
        SessionBreakpoints.Clear(Runspace.DefaultRunspace.Debugger);
        StopTranscripts(pump);
        return commands.InvokeScript(useLocalScope: true, StopTracing, input: null, args: [SetDebug, GetJob]).Count == 0;
    }

    /// <summary>The handlers of the session itself, because a cmdlet has its own.</summary>
    private static CommandInvocationIntrinsics CommandsOf(PSCmdlet pump) =>
        ((EngineIntrinsics)pump.SessionState.PSVariable.GetValue("global:ExecutionContext")).InvokeCommand;

    private static void RemoveEvents(PSEventManager events)
    {
        // Subscribers first: otherwise events that they still raise would come into the queue.
        foreach (PSEventSubscriber subscriber in events.Subscribers.Where(static subscriber => subscriber.SourceIdentifier != ForeignCalls.EventName).ToList())
        {
            events.UnsubscribeEvent(subscriber);
        }

        PSEventArgsCollection queue = events.ReceivedEvents;
        lock (queue.SyncRoot)
        {
            while (queue.Count > 0)
            {
                queue.RemoveAt(queue.Count - 1);
            }
        }
    }

    /// <summary>Jobs continue for the caller that received them, but later runs do not find them.</summary>
    private static void ForgetJobs(JobRepository jobs)
    {
        foreach (Job job in jobs.Jobs)
        {
            jobs.Remove(job);
        }
    }

    private static void StopTranscripts(PSCmdlet pump)
    {
        // The command's module is loaded when a body starts a transcript.
        if (pump.InvokeCommand.GetCmdlet("Stop-Transcript") is not { } command)
        {
            return;
        }

        try
        {
            while (true)
            {
                pump.InvokeCommand.InvokeScript(useLocalScope: true, StopTranscript, input: null, args: [command]);
            }
        }
        catch (RuntimeException)
        {
            // There is no transcript, or no further one.
        }
    }
}
