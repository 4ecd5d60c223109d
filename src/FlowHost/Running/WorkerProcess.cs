using System.Management.Automation;
using FlowModule.Scripts;

namespace FlowModule.FlowHost.Running;

/// <summary><c>flow worker</c>: executes subflows for the parent process, in sessions like those of scripts.</summary>
internal static class WorkerProcess
{
    /// <summary>Serves the process at the other end of <paramref name="pipe"/> until that process ends the connection.</summary>
    public static int Run(string pipe)
    {
        Telemetry.OptOut();
        EngineWarmUp.Start();

        // The output of this process never goes to a terminal, even if it looks like one here.
        PSStyle.Instance.OutputRendering = OutputRendering.PlainText;
        FlowWorkerProcess.Serve(pipe, ScriptRunspace.CreateInitialState());
        return ExitCodes.Success;
    }
}
