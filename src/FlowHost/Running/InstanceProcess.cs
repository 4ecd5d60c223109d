using System.Management.Automation;
using System.Management.Automation.Runspaces;
using FlowModule.FlowHost.Terminal;
using FlowModule.Scheduling.Instances;

namespace FlowModule.FlowHost.Running;

/// <summary>What <c>flow instance</c> does: runs the script of a scheduled flow for the process that has started it.</summary>
internal static class InstanceProcess
{
    public static int Run(string pipe)
    {
        Telemetry.OptOut();

        // Its output is the log of the scheduled flow, whatever it looks like from here.
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
