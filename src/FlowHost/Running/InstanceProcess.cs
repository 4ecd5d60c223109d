using System.Management.Automation;
using System.Management.Automation.Runspaces;
using FlowModule.FlowHost.Terminal;
using FlowModule.Hosting.Scheduling;

namespace FlowModule.FlowHost.Running;

/// <summary>What <c>flow instance</c> does: runs the script of a scheduled flow for the process that has started it.</summary>
internal static class InstanceProcess
{
    public static int Run(string pipe)
    {
        Telemetry.OptOut();
        EngineWarmUp.Start();
        return InstanceServer.Run(pipe, static stopping => new Session(stopping));
    }

    private sealed class Session : IScriptSession
    {
        private readonly FlowConsoleHost _host;

        public Session(CancellationToken stopping)
        {
            ConsoleOutput output = new();
            _host = new FlowConsoleHost(output, new ConsoleInput(stopping));
            Runspace = ScriptRunspace.Open(_host, output);
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
