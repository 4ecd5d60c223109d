using FlowModule.Engine.Files;
using FlowModule.Engine.Processes;

namespace FlowModule.FlowHost.Running;

/// <summary>
/// What <c>flow detached</c> does: runs the PowerShell code that it reads from standard input, for a dashboard, whose end is not to be the end of what a
/// person has started with it. The code does not come as an argument, which all users of a machine can read.
/// </summary>
internal static class DetachedProcess
{
    /// <summary>Runs the code, and returns its exit code.</summary>
    /// <param name="logPath">The file that takes what is written.</param>
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
