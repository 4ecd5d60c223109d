using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using FlowModule.Sessions;

namespace FlowModule.Closures;

/// <summary>The variables that a script block sees: those of its own session, from the scope of the call outwards.</summary>
internal sealed class VariableScope
{
    private readonly SessionState _session;
    private readonly bool _throughTheCallStack;
    private readonly PSModuleInfo? _closedOver;

    private VariableScope(SessionState session, bool throughTheCallStack, PSModuleInfo? closedOver = null)
    {
        _session = session;
        _throughTheCallStack = throughTheCallStack;
        _closedOver = closedOver;
    }

    /// <param name="module">The module that the block belongs to; null for the global session.</param>
    /// <param name="context">The runspace's context.</param>
    /// <param name="caller">The session that the cmdlet was called from.</param>
    internal static VariableScope For(PSModuleInfo? module, RunspaceContext context, SessionState caller)
    {
        if (module is not null)
        {
            return new VariableScope(module.SessionState, throughTheCallStack: false);
        }

        // If a module's function runs a block of the global session, the module's variables are not visible to it. If no cmdlet
        // was ever called from the global session, its scopes can only be found on the call stack.
        bool isAway = caller.Module is not null;
        return isAway && context.GlobalSession is null
            ? new VariableScope(caller, throughTheCallStack: true)
            : new VariableScope(isAway ? context.GlobalSession! : caller, throughTheCallStack: false);
    }

    /// <summary>
    /// The same scope, but the captured values of a script block come first. Its module may belong to another runspace: then only
    /// its values are used.
    /// </summary>
    internal VariableScope After(PSModuleInfo? closedOver) =>
        closedOver is null ? this : new VariableScope(_session, _throughTheCallStack, closedOver);

    internal PSVariable? Get(string name)
    {
        if (_closedOver is not null && !name.Contains(':', StringComparison.Ordinal) && _closedOver.SessionState.PSVariable.Get("script:" + name) is { } closed)
        {
            return closed;
        }

        if (!_throughTheCallStack || name.Contains(':', StringComparison.Ordinal))
        {
            return _session.PSVariable.Get(name);
        }

        foreach (CallStackFrame frame in Runspace.DefaultRunspace.Debugger.GetCallStack())
        {
            if (frame.InvocationInfo?.MyCommand?.Module is null && frame.GetFrameVariables().TryGetValue(name, out PSVariable? variable))
            {
                return variable;
            }
        }

        return _session.PSVariable.Get("global:" + name);
    }

    /// <exception cref="RuntimeException">The expression fails.</exception>
    internal Collection<PSObject> Evaluate(ScriptBlock expression) =>
        _session.InvokeCommand.InvokeScript(useLocalScope: false, expression, input: null, args: []);
}
