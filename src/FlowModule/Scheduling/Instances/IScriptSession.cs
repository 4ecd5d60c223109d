using System.Management.Automation.Runspaces;

namespace FlowModule.Scheduling.Instances;

/// <summary>A session for a scheduled script, in the form of the program that hosts it.</summary>
internal interface IScriptSession : IDisposable
{
    /// <summary>The open session, with the module imported.</summary>
    Runspace Runspace { get; }

    /// <summary>The exit code that the script requested from its host, or null.</summary>
    int? HostCode { get; }
}
