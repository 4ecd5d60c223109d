using FlowModule.Engine.Files;
using FlowModule.Engine.Processes;

namespace FlowModule.FlowHost.Running;

/// <summary>
/// Runs <c>flow detached</c>: executes the PowerShell code from standard input for a dashboard, and outlives the dashboard. The code is not an
/// argument, because all users of a machine can read arguments.
/// </summary>
internal static class DetachedProcess
{
    /// <summary>Runs the code, and returns its exit code.</summary>
    /// <param name="logPath">The file for its output.</param>
    public static int Run(string logPath)
    {
        string text = Console.In.ReadToEnd();
        ProcessGroup.LeadSession();
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete | FileShare.Inheritable };
        using var log = new FileStream(logPath, options.Private(logPath));
        StandardStreams.SendTo(log);
        return ScriptRunner.RunText(text);
    }
}
