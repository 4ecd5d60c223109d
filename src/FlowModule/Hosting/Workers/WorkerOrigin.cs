using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;

namespace FlowModule.Hosting;

/// <summary>What a worker takes over from the session that it works for.</summary>
/// <param name="InitialState">What the session's runspace was opened with: a worker's has the same commands, and is no more restricted.</param>
/// <param name="Flows">The session's flows.</param>
/// <param name="Host">The session's host, to describe itself by.</param>
internal sealed record WorkerOrigin(InitialSessionState InitialState, FlowRegistry Flows, PSHost? Host)
{
    /// <summary>
    /// The session's initial state with the module's own cmdlets and types in it: importing the module into every worker would
    /// take longer than opening the worker.
    /// </summary>
    internal static InitialSessionState InitialStateFrom(InitialSessionState session)
    {
        InitialSessionState state = session.Clone();
        foreach (Type type in typeof(WorkerOrigin).Assembly.GetExportedTypes())
        {
            if (type.GetCustomAttributes(typeof(CmdletAttribute), inherit: false) is [CmdletAttribute cmdlet])
            {
                state.Commands.Add(new SessionStateCmdletEntry($"{cmdlet.VerbName}-{cmdlet.NounName}", type, helpFileName: null));
            }
        }

        state.Types.Add(new SessionStateTypeEntry(ErrorRecordMembers.TypeData(), isRemove: false));
        return state;
    }
}
