using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.History;
using FlowModule.Sessions;
using FlowModule.Streams;

namespace FlowModule.Commands;

/// <summary>What the module's cmdlets have in common.</summary>
public abstract class FlowCommand : PSCmdlet
{
    private RunspaceContext? _context;

    private protected RunspaceContext Context => _context ??= RunspaceContext.For(this);

    /// <summary>Before runs are started or looked at: those whose process has died are ended, and their hooks are called here.</summary>
    private protected void SweepCrashed(RunHistory history) => CrashHooks.Sweep(this, history);

    /// <summary>
    /// The command has ended. Where it was stopped, as by Ctrl+C, it says how many runs that has cancelled: nothing else does. The host is
    /// told, for no record can be written any more; and the command itself may not know yet, as what runs inside is stopped first.
    /// </summary>
    private protected void TellStopped()
    {
        if (_context is not { CurrentRun: null } context)
        {
            return;
        }

        int count = context.TakeInterrupted();
        if (count > 0 && new CmdletWriter(this).WantsLogLines)
        {
            Host.UI?.WriteLine(new LogLine(DateTimeOffset.Now, $"The command was stopped: {count} {(count == 1 ? "run was" : "runs were")} cancelled.").ToString());
        }
    }

    /// <summary>Bad input ends the cmdlet with the one error that says so.</summary>
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
