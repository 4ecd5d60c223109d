using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;

namespace FlowModule.Hosting;

/// <summary>What a worker takes over from the session that it works for.</summary>
/// <param name="InitialState">What the session's runspace was opened with: a worker's has the same commands, and is no more restricted.</param>
/// <param name="Flows">The session's flows.</param>
/// <param name="Host">The session's host, to describe itself by.</param>
internal sealed record WorkerOrigin(InitialSessionState InitialState, FlowRegistry Flows, PSHost? Host);
