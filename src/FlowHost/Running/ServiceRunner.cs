using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.InteropServices;
using FlowModule.Bodies;
using FlowModule.FlowHost.Terminal;
using FlowModule.Scripts;

namespace FlowModule.FlowHost.Running;

/// <summary>
/// <c>flow serve</c> and <c>flow work</c>: run a cmdlet until it is told to end. The cmdlet itself handles SIGTERM, which lets runs end;
/// Ctrl+C stops them, and a second Ctrl+C does not wait for them.
/// </summary>
internal static class ServiceRunner
{
    /// <summary>Serves, and returns the exit code.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="logFormat">What it writes.</param>
    public static int Run(string cmdlet, IEnumerable<CommandParameter> parameters, LogFormat logFormat)
    {
        Telemetry.OptOut();
        EngineWarmUp.Start();
        using CancellationTokenSource stopping = new();

        // OnInterrupt receives the signal itself.
        return HostSession.Run(host => Run(host, cmdlet, parameters, stopping), interrupt: static () => { }, logFormat, stopping.Token);
    }

    private static int Run(ScriptHost host, string cmdlet, IEnumerable<CommandParameter> parameters, CancellationTokenSource stopping)
    {
        using Runspace runspace = ScriptRunspace.Open(host);
        if (!ScriptRunspace.ImportModule(runspace, out Exception? fault))
        {
            Console.Error.WriteLine("flow: " + fault.Message);
            return ExitCodes.Failure;
        }

        using Pipeline pipeline = runspace.CreatePipeline();
        Command command = new(cmdlet);
        foreach (CommandParameter parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        pipeline.Commands.Add(command);
        pipeline.Commands.Add(new Command("Out-Default"));
        pipeline.Input.Close();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => OnInterrupt(signal, stopping, pipeline));
        try
        {
            pipeline.Invoke();
            return stopping.IsCancellationRequested ? ExitCodes.Interrupted : ExitCodes.Success;
        }
        catch (PipelineStoppedException) when (stopping.IsCancellationRequested)
        {
            return ExitCodes.Interrupted;
        }
        catch (RuntimeException exception)
        {
            if (host.UI is JsonUserInterface json)
            {
                json.Write(exception);
            }
            else
            {
                Console.Error.WriteLine($"flow: {exception.ErrorRecord.Exception.Message}");
            }

            return exception is ParameterBindingException || exception.ErrorRecord.CategoryInfo.Category is ErrorCategory.InvalidArgument or ErrorCategory.ObjectNotFound or ErrorCategory.SecurityError
                ? ExitCodes.BadInput
                : ExitCodes.Failure;
        }
    }

    private static void OnInterrupt(PosixSignalContext signal, CancellationTokenSource stopping, Pipeline pipeline)
    {
        signal.Cancel = true;
        if (stopping.IsCancellationRequested)
        {
            ChildProcesses.Send(ChildProcesses.Kill);
            Environment.Exit(ExitCodes.Interrupted);
        }

        stopping.Cancel();
        pipeline.StopAsync();
    }
}
