using System.Management.Automation;
using System.Management.Automation.Runspaces;
using FlowModule.FlowHost.Terminal;
using FlowModule.Scheduling.Instances;

namespace FlowModule.FlowHost.Running;

/// <summary><c>flow instance</c>: runs the script of a scheduled flow for the parent process.</summary>
internal static class InstanceHost
{
    public static int Run(string pipe)
    {
        Telemetry.OptOut();

        // Its output goes to the log of the scheduled flow, even if it looks like a terminal here.
        PSStyle.Instance.OutputRendering = OutputRendering.PlainText;
        EngineWarmUp.Start();
        return InstanceServer.Run(pipe, static _ => new Session());
    }

    private sealed class Session : IScriptSession
    {
        private readonly ScriptHost _host = HostSession.Unattended();

        public Session()
        {
            Runspace = ScriptRunspace.Open(_host);
            if (!ScriptRunspace.ImportModule(Runspace, out Exception? fault))
            {
                Runspace.Dispose();
                throw new RuntimeException(fault.Message, fault);
            }
        }

        public Runspace Runspace { get; }

        public int? HostCode => _host.ExitCode;

        public void Dispose() => Runspace.Dispose();
    }
}
