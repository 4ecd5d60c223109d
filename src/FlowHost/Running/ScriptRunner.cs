using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using FlowModule.FlowHost.Terminal;
using FlowModule.Scripts;

namespace FlowModule.FlowHost.Running;

/// <summary>Runs one script, a file or a text, to its exit code.</summary>
internal sealed class ScriptRunner
{
    private readonly ScriptHost _host;
    private readonly string? _path;
    private readonly string _text;
    private readonly StopSignals _signals;

    /// <param name="host">Shows the output of the script.</param>
    /// <param name="signals">Stop the script.</param>
    /// <param name="path">The file, or null for a text.</param>
    /// <param name="text">What to run: the path again, or the text.</param>
    private ScriptRunner(ScriptHost host, StopSignals signals, string? path, string text)
    {
        _host = host;
        _signals = signals;
        _path = path;
        _text = text;
    }

    /// <summary>Runs the script at <paramref name="path"/> with <paramref name="arguments"/> and returns the exit code.</summary>
    public static int Run(string path, IReadOnlyList<string> arguments, LogFormat logFormat)
    {
        if (ScriptExecution.FindFault(path) is { } fault)
        {
            Console.Error.WriteLine("flow: " + fault);
            return ExitCodes.BadInput;
        }

        string full = Path.GetFullPath(path);
        return Run(full, full, arguments, logFormat);
    }

    /// <summary>Runs PowerShell code and returns the exit code.</summary>
    public static int RunText(string text)
    {
        Parser.ParseInput(text, out _, out ParseError[] errors);
        foreach (ParseError error in errors)
        {
            Console.Error.WriteLine($"flow: line {error.Extent.StartLineNumber}: {error.Message}");
        }

        return errors.Length > 0 ? ExitCodes.BadInput : Run(path: null, text, [], LogFormat.Text);
    }

    private static int Run(string? path, string text, IReadOnlyList<string> arguments, LogFormat logFormat)
    {
        Telemetry.OptOut();
        EngineWarmUp.Start();
        using StopSignals signals = new();
        int exitCode = HostSession.Run(host => new ScriptRunner(host, signals, path, text).Run(arguments), signals.Interrupt, logFormat, signals.Stopping);

        // A signal may arrive before the script starts.
        return signals.ExitCode ?? exitCode;
    }

    private int Run(IReadOnlyList<string> arguments)
    {
        using Runspace runspace = ScriptRunspace.Open(_host);
        using FlowOutcomes outcomes = new();
        if (!ScriptRunspace.ImportModule(runspace, out Exception? fault))
        {
            Report(runspace, fault);
            return ExitCodes.Failure;
        }

        var json = _host.UI as JsonUserInterface;
        ScriptEnd end = new ScriptExecution(runspace, _path, _text, json is null ? null : json.TryWrite).Run(ScriptArguments.Parse(arguments), _signals.Route, () => _host.ExitCode);
        if (end.Fault is { } thrown && _signals.ExitCode is null)
        {
            Report(runspace, thrown);
        }

        bool leftRuns = outcomes.StopLeftRuns(_signals.Grace);
        if (leftRuns)
        {
            _host.UI.WriteErrorLine("flow: Flow runs were still active when the script ended, and were stopped.");
        }

        foreach (FlowRun run in outcomes.Suspended)
        {
            _host.UI.WriteErrorLine($"flow: Flow run '{run.Name}' is suspended. {run.State.Message} Resume-FlowRun continues it.");
        }

        // If the script was stopped, or did not even start, finally blocks have run, and the exit code is that of the signal.
        return _signals.ExitCode ?? end.ExitCode(outcomes);
    }

    private void Report(Runspace runspace, Exception fault)
    {
        if (_host.UI is JsonUserInterface json)
        {
            json.Write(fault);
        }
        else
        {
            ScriptExecution.Report(runspace, fault, _host.UI.WriteErrorLine);
        }
    }
}
