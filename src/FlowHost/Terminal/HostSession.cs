using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;
using System.Runtime.ExceptionServices;
using FlowModule.Scripts;
using Microsoft.PowerShell;
using Microsoft.PowerShell.Commands;

namespace FlowModule.FlowHost.Terminal;

/// <summary>
/// Runs work with the host that fits the environment of the process. At a terminal, this is PowerShell's own host, with its prompts, progress and colours
/// (<see cref="ConsoleShell"/>). If neither standard input nor standard output is a terminal, as under cron, it is a plain host: PowerShell's
/// own would read the standard input that belongs to the script's programs, and cut tables in log files at 80 columns.
/// Exit codes, SIGTERM and Ctrl+C are handled by flow in both cases (see StopSignals), so PowerShell's host never runs the script itself.
/// </summary>
internal static class HostSession
{
    private const string WorkCommandName = "Invoke-HostedWork";

    /// <summary>Whether a person can see or answer: standard input or output is a terminal.</summary>
    private static bool IsAttended => !Console.IsInputRedirected || !Console.IsOutputRedirected;

    /// <summary>Runs the work and returns its exit code.</summary>
    /// <param name="work">The work, which receives the host.</param>
    /// <param name="interrupt">Called when PowerShell's host receives Ctrl+C, which also ends a question: the work must not continue with an empty answer.</param>
    /// <param name="logFormat">What the host writes.</param>
    /// <param name="stopping">Cancelled when the work must stop: a question to the user then ends.</param>
    public static int Run(Func<ScriptHost, int> work, Action interrupt, LogFormat logFormat, CancellationToken stopping)
    {
        if (logFormat == LogFormat.Json)
        {
            PSStyle.Instance.OutputRendering = OutputRendering.PlainText;
            var ui = new JsonUserInterface();
            int exitCode = work(new ScriptHost(ui));
            ui.Complete();
            return exitCode;
        }

        // Files and pipes get plain text, and so do users who want no colours (https://no-color.org).
        if (Console.IsOutputRedirected || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")))
        {
            PSStyle.Instance.OutputRendering = OutputRendering.PlainText;
        }

        return IsAttended ? RunAttended(work, interrupt, stopping) : work(Unattended());
    }

    /// <summary>The host of a process without a user.</summary>
    public static ScriptHost Unattended() => new(new PlainUserInterface());

    private static int RunAttended(Func<ScriptHost, int> work, Action interrupt, CancellationToken stopping)
    {
        int? exitCode = null;
        Exception? fault = null;
        WorkCommand.Interrupt = interrupt;
        WorkCommand.Work = ui =>
        {
            try
            {
                exitCode = work(new ScriptHost(new AttendedUserInterface(ui, stopping)));
            }
            catch (Exception exception)
            {
                fault = exception;
            }
        };

        // The smallest session that runs a command; the work opens the script's own session.
        InitialSessionState session = InitialSessionState.Create();
        session.LanguageMode = PSLanguageMode.FullLanguage;
        session.Commands.Add(new SessionStateCmdletEntry(WorkCommandName, typeof(WorkCommand), helpFileName: null));
        session.Commands.Add(new SessionStateCmdletEntry("Out-Default", typeof(OutDefaultCommand), helpFileName: null));
        string[] interaction = Console.IsInputRedirected ? ["-NonInteractive", "-InputFormat", "None"] : [];
        int hostCode = ConsoleShell.Start(session, bannerText: string.Empty, helpText: string.Empty, ["-NoProfile", "-NoLogo", .. interaction, "-Command", WorkCommandName]);
        if (fault is not null)
        {
            ExceptionDispatchInfo.Throw(fault);
        }

        // Without a code, the work has not run: PowerShell's host was stopped, or could not begin.
        return exitCode ?? (hostCode != 0 ? hostCode : ExitCodes.Failure);
    }

    /// <summary>Runs inside PowerShell's host, which is visible only to commands.</summary>
    [Cmdlet(VerbsLifecycle.Invoke, "HostedWork")]
    private sealed class WorkCommand : PSCmdlet
    {
        public static Action<PSHostUserInterface>? Work { get; set; }

        public static Action? Interrupt { get; set; }

        protected override void EndProcessing() => Work!(Host.UI);

        protected override void StopProcessing() => Interrupt!();
    }
}
