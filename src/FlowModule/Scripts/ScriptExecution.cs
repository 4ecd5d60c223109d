using System.Management.Automation;
using System.Management.Automation.Runspaces;
using FlowModule.Bodies;
using FlowModule.Streams;

namespace FlowModule.Scripts;

/// <summary>Runs a script in a session, like <c>pwsh -File</c>.</summary>
/// <param name="runspace">The session.</param>
/// <param name="path">The script's file, or null for a text.</param>
/// <param name="text">What to run: the path again, or the text.</param>
/// <param name="show">Shows an output of the script, and returns whether it has, so that Out-Default does not; null for a host for people.</param>
internal sealed class ScriptExecution(Runspace runspace, string? path, string text, Func<object?, bool>? show = null)
{
    /// <summary>Why a path cannot be run as a script, or null.</summary>
    internal static string? FindFault(string path)
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

    /// <summary>Runs it to its end. Does not throw the script's errors.</summary>
    /// <param name="parameters">Its parameters and arguments.</param>
    /// <param name="route">Makes the given action stop the script, until the result is disposed.</param>
    /// <param name="hostCode">Returns the exit code that the script requested from its host, or null.</param>
    internal ScriptEnd Run(IEnumerable<CommandParameter> parameters, Func<Action, IDisposable> route, Func<int?> hostCode)
    {
        ExitWatch exit = ExitWatch.Place(runspace);
        ErrorRecord? refusal = null;
        using PowerShell shell = CreateShell(parameters, error => refusal ??= error);
        try
        {
            using (route(() => PipelineStop.Begin(shell)))
            {
                shell.Invoke();
            }

            return new ScriptEnd(exit.ExitCode ?? hostCode(), Fault: null, IsBadInput: false) { Refusal = refusal };
        }
        catch (Exception fault)
        {
            return new ScriptEnd(OwnCode: null, fault, IsBadInput(fault));
        }
    }

    /// <summary>Shows the error that ended a script, formatted by PowerShell.</summary>
    /// <param name="runspace">The session.</param>
    /// <param name="fault">The error.</param>
    /// <param name="writeLine">Shows one line.</param>
    internal static void Report(Runspace runspace, Exception fault, Action<string> writeLine)
    {
        ErrorRecord error = (fault as IContainsErrorRecord)?.ErrorRecord
            ?? new ErrorRecord(fault, "FlowHostFailure", ErrorCategory.NotSpecified, targetObject: null);
        IEnumerable<string> lines;
        try
        {
            using PowerShell shell = PowerShell.Create();
            using var masked = new MaskedError(error);
            shell.Runspace = runspace;
            lines = shell.AddCommand("Out-String").AddParameter("Stream").Invoke<string>(new[] { error });
        }
        catch (Exception)
        {
            // Even if formatting fails, the user must see the message.
            lines = [error.Exception.Message];
        }

        foreach (string line in lines)
        {
            writeLine(line);
        }
    }

    /// <summary>
    /// Runs the script as a command, like <c>pwsh -File</c>: its #Requires are checked, its parameters bound, and
    /// $PSScriptRoot and $MyInvocation are set. In the global scope, with errors in order with the output.
    /// </summary>
    private PowerShell CreateShell(IEnumerable<CommandParameter> parameters, Action<ErrorRecord> refused)
    {
        Command script = new(text, isScript: path is null, useLocalScope: false);
        foreach (CommandParameter parameter in parameters)
        {
            script.Parameters.Add(parameter);
        }

        script.MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        var commands = new PSCommand();
        commands.AddCommand(script);
        PowerShell shell = PowerShell.Create();
        NativeTree.EndWhenStopped(shell);
        shell.Runspace = runspace;
        shell.Commands = commands;
        shell.AddCommand(show is null ? RefusalWatch.Command : RefusalWatch.PipedCommand).AddParameter(nameof(RefusalWatch.Refused), refused);
        if (show is not null)
        {
            shell.AddParameter(nameof(RefusalWatch.Show), show);
        }


        // Everything goes to the host; a copy of the records would fill the memory of a process that runs for days.
        shell.Streams.Information.DataAdded += static (records, _) => ((PSDataCollection<InformationRecord>)records!).Clear();
        shell.Streams.Warning.DataAdded += static (records, _) => ((PSDataCollection<WarningRecord>)records!).Clear();
        shell.Streams.Verbose.DataAdded += static (records, _) => ((PSDataCollection<VerboseRecord>)records!).Clear();
        shell.Streams.Debug.DataAdded += static (records, _) => ((PSDataCollection<DebugRecord>)records!).Clear();
        shell.Streams.Progress.DataAdded += static (records, _) => ((PSDataCollection<ProgressRecord>)records!).Clear();
        return shell;
    }

    private bool IsBadInput(Exception fault) => fault switch
    {
        ParseException { Errors: [var first, ..] } => string.Equals(first.Extent.File, path, StringComparison.Ordinal),
        ScriptRequiresException or ParameterBindingException =>
            ((RuntimeException)fault).ErrorRecord.InvocationInfo is not { ScriptLineNumber: > 0 },
        _ => false,
    };
}
