using System.Management.Automation.Runspaces;

namespace FlowModule.Scheduling.Instances;

/// <summary>A session that a scheduled script runs in, as the program has them whose process this is.</summary>
internal interface IScriptSession : IDisposable
{
    /// <summary>The session, open, with the module imported.</summary>
    Runspace Runspace { get; }

    /// <summary>The exit code that the script has asked its host for, or null.</summary>
    int? HostCode { get; }
}
