using System.Management.Automation;
using FlowModule.Scripts;

namespace FlowModule.FlowHost.Running;

/// <summary>What <c>flow worker</c> does: executes subflows for the process that has started it, in sessions as scripts have.</summary>
internal static class WorkerProcess
{
    /// <summary>Serves the process at the other end of <paramref name="pipe"/> until that ends it.</summary>
    public static int Run(string pipe)
    {
        Telemetry.OptOut();
        EngineWarmUp.Start();

        // Nothing of this process is at a terminal, whatever its output looks like to it.
        PSStyle.Instance.OutputRendering = OutputRendering.PlainText;
        FlowWorkerProcess.Serve(pipe, ScriptRunspace.CreateInitialState());
        return ExitCodes.Success;
    }
}
