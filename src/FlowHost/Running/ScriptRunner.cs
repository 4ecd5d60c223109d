using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using FlowModule.FlowHost.CommandLine;
using FlowModule.FlowHost.Terminal;

namespace FlowModule.FlowHost.Running;

/// <summary>Runs one script, a file or a text, to its exit code.</summary>
internal sealed class ScriptRunner : IDisposable
{
    private readonly string? _path;
    private readonly string _text;
    private readonly StopSignals _signals = new();
    private readonly ConsoleOutput _output = new();
    private readonly FlowConsoleHost _host;

    /// <param name="path">The file, or null for a text.</param>
    /// <param name="text">What to run: the path again, or the text.</param>
    private ScriptRunner(string? path, string text)
    {
        _path = path;
        _text = text;
        _host = new FlowConsoleHost(_output, new ConsoleInput(_signals.Stopping));
    }

    /// <summary>Runs the script at <paramref name="path"/> with <paramref name="arguments"/> and returns the exit code.</summary>
    public static int Run(string path, IReadOnlyList<string> arguments)
    {
        if (FindFault(path) is { } fault)
        {
            Console.Error.WriteLine("flow: " + fault);
            return ExitCodes.BadInput;
        }

        string full = Path.GetFullPath(path);
        return Run(full, full, arguments);
    }

    /// <summary>Runs PowerShell code and returns the exit code.</summary>
    public static int RunText(string text)
    {
        Parser.ParseInput(text, out _, out ParseError[] errors);
        foreach (ParseError error in errors)
        {
            Console.Error.WriteLine($"flow: line {error.Extent.StartLineNumber}: {error.Message}");
        }

        return errors.Length > 0 ? ExitCodes.BadInput : Run(path: null, text, []);
    }

    private static int Run(string? path, string text, IReadOnlyList<string> arguments)
    {
        Telemetry.OptOut();
        EngineWarmUp.Start();
        using ScriptRunner runner = new(path, text);
        return runner.Run(arguments);
    }

    public void Dispose() => _signals.Dispose();

    private static string? FindFault(string path)
    {
        if (Directory.Exists(path))
        {
            return $"'{path}' is a folder, not a script.";
        }

        if (!path.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase))
        {
            return $"'{path}' is not a PowerShell script: its name does not end in .ps1.";
        }

        return File.Exists(path) ? null : $"There is no script '{path}'.";
    }

    private int Run(IReadOnlyList<string> arguments)
    {
        using Runspace runspace = ScriptRunspace.Open(_host, _output);
        using FlowOutcomes outcomes = new();
        if (!ScriptRunspace.ImportModule(runspace, out Exception? fault))
        {
            Report(runspace, fault);
            return ExitCodes.Failure;
        }

        int? own = RunScript(runspace, arguments);
        bool leftRuns = outcomes.StopLeftRuns(_signals.Grace);
        _output.EndProgress();
        if (leftRuns)
        {
            _output.WriteError($"flow: Flow runs were still active when the script ended, and were stopped.{Environment.NewLine}");
        }

        foreach (FlowRun run in outcomes.Suspended)
        {
            _output.WriteError($"flow: Flow run '{run.Name}' is suspended. {run.State.Message} Resume-FlowRun goes on with it.{Environment.NewLine}");
        }

        return _signals.ExitCode ?? own ?? (outcomes.AnyFailed ? ExitCodes.Failure : ExitCodes.Success);
    }

    /// <summary>Runs the script and returns the exit code that it decides itself, or null when its flow runs do.</summary>
    private int? RunScript(Runspace runspace, IReadOnlyList<string> arguments)
    {
        ExitWatch exit = ExitWatch.Place(runspace);
        using Pipeline pipeline = CreatePipeline(runspace, arguments);
        Exception? fault = null;
        try
        {
            using (_signals.Route(pipeline.StopAsync))
            {
                pipeline.Invoke();
            }
        }
        catch (Exception) when (_signals.ExitCode is not null)
        {
            // Stopped, or not even started: finally blocks have run, and the signal's exit code says the rest.
        }
        catch (Exception e)
        {
            fault = e;
        }

        if (fault is not null)
        {
            Report(runspace, fault);
            return IsBadInput(fault) ? ExitCodes.BadInput : ExitCodes.Failure;
        }

        return exit.ExitCode ?? _host.ExitCode;
    }

    /// <summary>
    /// The script as a command, as <c>pwsh -File</c> runs it: its #Requires are checked, its parameters bound, and
    /// $PSScriptRoot and $MyInvocation are what scripts expect. In the global scope, its errors in order with its output.
    /// </summary>
    private Pipeline CreatePipeline(Runspace runspace, IReadOnlyList<string> arguments)
    {
        Command script = new(_text, isScript: _path is null, useLocalScope: false);
        foreach (CommandParameter parameter in ScriptArguments.Parse(arguments))
        {
            script.Parameters.Add(parameter);
        }

        script.MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        Pipeline pipeline = runspace.CreatePipeline();
        pipeline.Commands.Add(script);
        pipeline.Commands.Add(new Command("Out-Default", isScript: false, useLocalScope: true));

        // Scripts that wait for $input would wait for ever.
        pipeline.Input.Close();
        return pipeline;
    }

    /// <summary>Whether the script could not even start: it does not parse, or its parameters do not bind.</summary>
    private bool IsBadInput(Exception fault) => fault switch
    {
        ParseException { Errors: [var first, ..] } => string.Equals(first.Extent.File, _path, StringComparison.Ordinal),
        ScriptRequiresException or ParameterBindingException =>
            ((RuntimeException)fault).ErrorRecord.InvocationInfo is not { ScriptLineNumber: > 0 },
        _ => false,
    };

    /// <summary>Shows the error that ended the script, as the engine formats errors.</summary>
    private void Report(Runspace runspace, Exception fault)
    {
        ErrorRecord error = (fault as IContainsErrorRecord)?.ErrorRecord
            ?? new ErrorRecord(fault, "FlowHostFailure", ErrorCategory.NotSpecified, targetObject: null);
        ConsoleUserInterface ui = (ConsoleUserInterface)_host.UI;
        ui.OutputGoesToError = true;
        try
        {
            using Pipeline pipeline = runspace.CreatePipeline();
            pipeline.Commands.Add("Out-Default");
            pipeline.Invoke(new[] { error });
        }
        catch (Exception)
        {
            // Whatever is broken: the message must reach the person.
            ui.WriteErrorLine(error.Exception.Message);
        }
        finally
        {
            ui.OutputGoesToError = false;
        }
    }
}
