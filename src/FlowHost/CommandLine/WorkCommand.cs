using System.CommandLine;
using System.Management.Automation.Runspaces;
using System.Runtime.InteropServices;
using FlowModule.Bodies;
using FlowModule.FlowHost.Running;
using FlowModule.FlowHost.Terminal;
using FlowModule.Scripts;

namespace FlowModule.FlowHost.CommandLine;

/// <summary>The command <c>flow work</c>.</summary>
internal static class WorkCommand
{
    private const string Name = "work";

    internal static System.CommandLine.Command Build()
    {
        Option<string[]> queue = new("--queue") { Description = "A queue to serve. May be given several times.", Required = true };
        Option<string[]> tag = new("--tag") { Description = "What this machine has that others may not have: --tag windows,gpu. Subflows can require it." };
        Option<int?> throttle = new("--throttle") { Description = "How many runs are executed at once. Without it, the number of processors." };
        Option<double?> grace = new("--grace") { Description = "How many seconds runs may continue after SIGTERM. Without it, 30." };
        Option<string?> historyPath = new("--history-path") { Description = "The address of the history, in place of FLOW_HISTORY_URL: postgres://server/database." };
        Option<string?> logFormat = LogFormatOption.Make();
        System.CommandLine.Command work = new(
            Name,
            "Executes runs that others start with 'Start-Subflow -Queue', on any machine that reaches the same history on a server. SIGTERM lets the runs in hand end, and takes nothing new; "
            + "a second SIGTERM ends them at once.")
        {
            queue, tag, throttle, grace, historyPath, logFormat,
        };
        work.SetAction(result => LogFormatOption.Run(result, logFormat, format => Run(
            [
                new CommandParameter("Queue", Split(result.GetRequiredValue(queue))),
                .. Given("Tag", result.GetValue(tag) is { Length: > 0 } tags ? Split(tags) : null),
                .. Given("ThrottleLimit", result.GetValue(throttle)),
                .. Given("GracePeriodSeconds", result.GetValue(grace)),
                .. Given("HistoryPath", result.GetValue(historyPath)),
            ],
            format)));
        return work;
    }

    /// <summary>The cmdlet handles SIGTERM too. Whoever sends a second one does not wait for anything.</summary>
    private static int Run(IEnumerable<CommandParameter> parameters, LogFormat format)
    {
        int count = 0;
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            if (Interlocked.Increment(ref count) > 1)
            {
                ChildProcesses.Send(ChildProcesses.Kill);
                Environment.Exit(ExitCodes.Terminated);
            }
        });
        return ServiceRunner.Run("Start-FlowWorker", parameters, format);
    }

    private static string[] Split(string[] names) => [.. names.SelectMany(static name => name.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];

    private static IEnumerable<CommandParameter> Given(string name, object? value) => value is null ? [] : [new CommandParameter(name, value)];
}
