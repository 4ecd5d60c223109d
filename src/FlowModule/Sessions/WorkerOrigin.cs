using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;
using FlowModule.Flows;

namespace FlowModule.Sessions;

/// <summary>The parts of a session that its workers share or copy.</summary>
/// <param name="InitialState">The initial state of the session's runspace: a worker has the same commands and restrictions.</param>
/// <param name="Flows">The session's flows.</param>
/// <param name="Host">The session's host, which workers describe as theirs.</param>
/// <param name="Pools">The session's workers, also for the subflows of a worker's runs.</param>
internal sealed record WorkerOrigin(InitialSessionState InitialState, FlowRegistry Flows, PSHost? Host, WorkerPools Pools)
{
    private static readonly HashSet<string> OwnModules = new(StringComparer.OrdinalIgnoreCase)
    {
        "Microsoft.PowerShell.Utility", "Microsoft.PowerShell.Management", "Microsoft.PowerShell.Security",
    };

    /// <summary>
    /// The session's initial state with the module's own cmdlets in it: importing the module into every worker would
    /// take longer than opening the worker.
    /// </summary>
    /// <param name="session">What the session's runspace was opened with.</param>
    /// <param name="loadedCmdlets">The cmdlets that the session has loaded by now. Those of PowerShell's own modules are taken along too.</param>
    internal static InitialSessionState InitialStateFrom(InitialSessionState session, IEnumerable<CmdletInfo> loadedCmdlets)
    {
        InitialSessionState state = session.Clone();
        var known = state.Commands.OfType<SessionStateCmdletEntry>().Select(cmdlet => cmdlet.ImplementingType).ToHashSet();
        foreach (CmdletInfo cmdlet in loadedCmdlets.Where(cmdlet => OwnModules.Contains(cmdlet.ModuleName) && known.Add(cmdlet.ImplementingType)))
        {
            state.Commands.Add(new SessionStateCmdletEntry(cmdlet.Name, cmdlet.ImplementingType, helpFileName: null));
        }

        foreach (Type type in typeof(WorkerOrigin).Assembly.GetExportedTypes())
        {
            if (type.GetCustomAttributes(typeof(CmdletAttribute), inherit: false) is [CmdletAttribute cmdlet])
            {
                state.Commands.Add(new SessionStateCmdletEntry($"{cmdlet.VerbName}-{cmdlet.NounName}", type, helpFileName: null));
            }
        }

        state.Types.Add(new SessionStateTypeEntry(FlowRunRecordProperties.TypeData, isRemove: false));
        return state;
    }
}
