using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.History;
using FlowModule.Pool;
using FlowModule.Scheduling.Registrations;
using FlowModule.Sessions;
using FlowModule.Streams;

namespace FlowModule.Commands;

/// <summary>Base of the module's cmdlets.</summary>
public abstract class FlowCommand : PSCmdlet
{
    private RunspaceContext? _context;

    private protected FlowCommand()
    {
    }

    private protected RunspaceContext Context => _context ??= RunspaceContext.For(this, WorkerKinds.Known);

    /// <summary>Called before runs are started or read: ends runs whose process has died, and calls their hooks.</summary>
    private protected void SweepCrashed(RunHistory history) => CrashHooks.Sweep(this, history);

    /// <summary>
    /// The command has ended. If it was stopped, for example by Ctrl+C, this writes how many runs were cancelled. It writes
    /// to the host, because no record can be written any more. It asks the runs, because runs inside are stopped before the command itself.
    /// </summary>
    private protected void TellStopped()
    {
        if (_context is not { CurrentRun: null } context)
        {
            return;
        }

        int count = context.TakeInterrupted();
        if (count > 0 && new CmdletWriter(this).Log <= FlowLogPreference.Flows)
        {
            Host.UI?.WriteLine(new LogLine(DateTimeOffset.Now, $"The command was stopped: {count} {(count == 1 ? "run was" : "runs were")} cancelled.").ToString());
        }
    }

    /// <summary>Scheduled scripts and runs of others have unrestricted processes of their own, so a restricted session must not start one, now or later.</summary>
    private protected void RequireFullLanguage()
    {
        if (SessionState.LanguageMode != PSLanguageMode.FullLanguage)
        {
            ThrowTerminatingError(ScheduleErrors.Restricted(MyInvocation.MyCommand.Name, SessionState.LanguageMode).ErrorRecord);
        }
    }

    /// <summary>Turns invalid input into the one error that ends the cmdlet.</summary>
    private protected T OrThrow<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (FlowException exception)
        {
            ThrowTerminatingError(exception.ErrorRecord);
            throw;
        }
    }
}
