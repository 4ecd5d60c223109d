using System.Management.Automation;
using FlowModule.Engine;
using FlowModule.Hosting;
using FlowModule.Hosting.History;

namespace FlowModule.Commands;

/// <summary>What the module's cmdlets have in common.</summary>
public abstract class FlowCommand : PSCmdlet
{
    private RunspaceContext? _context;

    private protected RunspaceContext Context => _context ??= RunspaceContext.For(this);

    /// <summary>Before runs are started or looked at: those whose process has died are ended, and their hooks are called here.</summary>
    private protected void SweepCrashed(RunHistory history) => CrashHooks.Sweep(this, history);

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
