using System.CommandLine;
using System.CommandLine.Parsing;
using FlowModule.FlowHost.Running;
using FlowModule.Scripts;

namespace FlowModule.FlowHost.CommandLine;

/// <summary>The command line of <c>flow</c>.</summary>
internal static class FlowCommandLine
{
    private const string RunCommandName = "run";
    private const string CommandCommandName = "command";
    private const string ServeCommandName = "serve";
    private const string WorkerCommandName = "worker";
    private const string InstanceCommandName = "instance";
    private const string ScheduledCommandName = "scheduled";
    private const string DetachedCommandName = "detached";

    /// <summary>Runs the command that <paramref name="args"/> name and returns the exit code.</summary>
    public static int Invoke(string[] args)
    {
        // Everything after the script's path belongs to the script: it is cut off first, so that no -h, --x or @file in it can be parsed as flow's own.
        args = MoveLogFormat(args);
        int own = CountOwnArguments(args);
        string[] scriptArguments = args[own..];

        // A script's path must never be read as a response file.
        ParserConfiguration configuration = new() { ResponseFileTokenReplacer = null };
        ParseResult result = BuildRoot(scriptArguments, isForDashboard: Array.IndexOf(args, DashboardCommand.Name) >= 0).Parse(LogFormatOption.Normalize(args[..own]), configuration);
        if (result.Errors.Count > 0)
        {
            foreach (ParseError error in result.Errors)
            {
                Console.Error.WriteLine($"flow: {error.Message}");
            }

            Console.Error.WriteLine("Try 'flow --help'.");
            return ExitCodes.BadInput;
        }

        return result.Invoke();
    }

    private static RootCommand BuildRoot(string[] scriptArguments, bool isForDashboard)
    {
        Argument<string> script = new("SCRIPT") { Description = "The .ps1 script to run." };
        Option<string?> logFormat = LogFormatOption.Make();
        Command run = new(
            RunCommandName,
            "Runs a PowerShell script with the FlowModule module loaded. What follows SCRIPT goes to the script, "
            + "as with 'pwsh -File': -Name value, -Name:value, -Switch, or values by position. On Windows the execution policy applies, as in pwsh; the default is RemoteSigned.")
        {
            script,
            logFormat,
        };
        run.SetAction(result => LogFormatOption.Run(result, logFormat, format => ScriptRunner.Run(result.GetRequiredValue(script), scriptArguments, format)));
        return new RootCommand("flow is PowerShell with the FlowModule module loaded: it runs flow scripts and serves their schedules, also where pwsh is not installed.")
        {
            run,
            BuildCommand(),
            BuildServe(scriptArguments),
            WorkCommand.Build(),
            BuildScheduled(),
            DashboardCommand.Build(isForDashboard),
            BuildHidden(WorkerCommandName, WorkerProcess.Run),
            BuildHidden(InstanceCommandName, InstanceHost.Run),
            BuildHidden(DetachedCommandName, DetachedProcess.Run, "LOG"),
        };
    }

    /// <summary>For use without a prompt, for example in the morning: <c>flow command 'Get-FlowRun -Last 5'</c>.</summary>
    private static Command BuildCommand()
    {
        Argument<string> text = new("TEXT") { Description = "PowerShell code, as one argument." };
        Command command = new(
            CommandCommandName,
            "Runs PowerShell code with the FlowModule module loaded, as with 'pwsh -Command', for example to look at runs.")
        {
            text,
        };
        command.SetAction(result => ScriptRunner.RunText(result.GetRequiredValue(text)));
        return command;
    }

    /// <summary>For containers and services: the scheduler, in the foreground.</summary>
    private static Command BuildServe(string[] words)
    {
        Command serve = new(
            ServeCommandName,
            "Runs scheduled flows until it is told to end: the scripts of a folder that have #FlowSchedule lines, or those that "
            + "were registered with 'Register-FlowSchedule -Using Scheduler'. The other arguments go to Start-FlowScheduler: 'flow serve /flows -HealthPort 8080'.");
        Option<string?> logFormat = LogFormatOption.Make();
        serve.Options.Add(logFormat);
        serve.SetAction(result => LogFormatOption.Run(result, logFormat, format => ServiceRunner.Run("Start-FlowScheduler", ScriptArguments.Parse(words), format)));
        return serve;
    }

    /// <summary>Commands with which flow starts itself, for subflows with their own process and for scheduled scripts. Not for users.</summary>
    private static Command BuildHidden(string name, Func<string, int> work, string argumentName = "PIPE")
    {
        Argument<string> argument = new(argumentName);
        Command command = new(name) { argument };
        command.Hidden = true;
        command.SetAction(result => work(result.GetRequiredValue(argument)));
        return command;
    }

    /// <summary>The command in the entries of the machine's scheduler.</summary>
    private static Command BuildScheduled()
    {
        Argument<string> name = new("NAME") { Description = "The name of the registration." };
        Option<string?> historyPath = new("--history-path") { Description = "The file of the history that its registration belongs to." };
        Command scheduled = new(ScheduledCommandName, "Runs the due occurrence of a registered flow, like Invoke-FlowSchedule -Due. Crontabs and other schedulers call it.") { name, historyPath };
        scheduled.SetAction(result => ScheduledProcess.Run(result.GetRequiredValue(name), result.GetValue(historyPath)));
        return scheduled;
    }

    private static string[] MoveLogFormat(string[] args)
    {
        int command = Array.FindIndex(args, static arg => !arg.StartsWith('-'));
        return command >= 0 && string.Equals(args[command], ServeCommandName, StringComparison.Ordinal) ? LogFormatOption.MoveTo(args, command + 1) : args;
    }

    /// <summary>Counts flow's own arguments, up to and including the script's path.</summary>
    private static int CountOwnArguments(string[] args)
    {
        int run = Array.FindIndex(args, arg => !arg.StartsWith('-'));
        if (run >= 0 && string.Equals(args[run], ServeCommandName, StringComparison.Ordinal) && !args[(run + 1)..].Any(IsHelp))
        {
            return run + 1 + LogFormatOption.CountAt(args, run + 1);
        }

        if (run < 0 || !string.Equals(args[run], RunCommandName, StringComparison.Ordinal))
        {
            return args.Length;
        }

        // "--" means that a path follows, even if it begins with a dash.
        int first = run + 1 + LogFormatOption.CountAt(args, run + 1);
        int script = Array.FindIndex(args, first, arg => !arg.StartsWith('-') || string.Equals(arg, "--", StringComparison.Ordinal));
        if (script >= 0 && string.Equals(args[script], "--", StringComparison.Ordinal))
        {
            script++;
        }

        return script < 0 || script >= args.Length ? args.Length : script + 1;
    }

    private static bool IsHelp(string arg) => arg is "-h" or "-?" or "--help";
}
