using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using FlowModule.Engine.Processes;
using FlowModule.Engine.Schedules.Notifications;

namespace FlowModule.Scheduling.Notifications;

/// <summary>Starts a program, which reads the report as JSON from its standard input. It is never retried, because a second start may have side effects.</summary>
internal sealed class CommandSender(CommandNotification command, FailureReport report, TimeProvider time) : INotificationSender
{
    private const int LongestMessage = 1000;

    // The time to read its output after it has ended; a program that it has started may hold the output open forever.
    private static readonly TimeSpan OutputLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CommandLimit = TimeSpan.FromSeconds(60);

    // The limit is enforced here, so that the output of a killed program can be reported.
    public TimeSpan Limit => Timeout.InfiniteTimeSpan;

    public async Task<SendAttempt> Try(CancellationToken stop)
    {
        try
        {
            using Process process = Process.Start(StartInfo()) ?? throw new Win32Exception();
            return await Attend(process, stop).ConfigureAwait(false);
        }
        catch (Win32Exception exception)
        {
            return new SendAttempt($"It cannot be started: {exception.Message}");
        }
    }

    private async Task<SendAttempt> Attend(Process process, CancellationToken stop)
    {
        string mark = "\u001e" + Guid.NewGuid().ToString("N");
        var error = new StrayOutput(process.StandardError, mark, static _ => { });
        _ = new StrayOutput(process.StandardOutput, mark, static _ => { });
        using var limit = new CancellationTokenSource(CommandLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stop);

        // Not awaited, because a program need not read its whole input.
        _ = Tell(process);
        try
        {
            await process.WaitForExitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            ProcessGroup.TryKill(process);
            string why = stop.IsCancellationRequested ? "It was stopped." : $"It took more than {CommandLimit.TotalSeconds:0} seconds and was killed.";
            return Failed(why, error);
        }

        return process.ExitCode == 0 ? SendAttempt.Arrived : Failed($"It ended with {ExitDescription.Of(process.ExitCode)}.", error);
    }

    private static SendAttempt Failed(string how, StrayOutput error)
    {
        error.WaitForEnd(OutputLimit);
        return new SendAttempt(error.LastWords is { Length: > 0 } words ? $"{how} Its error output: {words}" : how);
    }

    private async Task Tell(Process process)
    {
        try
        {
            using StreamWriter input = process.StandardInput;

            // On Windows, each program reads its input in the console's code page.
            await input.WriteLineAsync(FailureReportJson.Write(report, isAscii: OperatingSystem.IsWindows())).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It has ended, or it does not read its input.
        }
    }

    private ProcessStartInfo StartInfo()
    {
        var start = new ProcessStartInfo(command.Command, command.Arguments)
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        if (Path.GetDirectoryName(report.ScriptPath) is { Length: > 0 } folder && Directory.Exists(folder))
        {
            start.WorkingDirectory = folder;
        }

        Set("FLOW_SCHEDULE", report.ScheduleName);
        Set("FLOW_SCHEDULED_TIME", FailureReportJson.Text(report.ScheduledTime));
        Set("FLOW_SCRIPT", report.ScriptPath);
        Set("FLOW_STATE", report.StateName);
        Set("FLOW_MESSAGE", report.Message is { Length: > LongestMessage } message ? message[..LongestMessage] : report.Message);
        Set("FLOW_EXIT_CODE", report.ExitCode.ToString(CultureInfo.InvariantCulture));
        Set("FLOW_LOG", report.LogPath);
        Set("FLOW_COUNT", report.Count.ToString(CultureInfo.InvariantCulture));
        return start;

        void Set(string name, string? value)
        {
            // An environment variable cannot contain null characters.
            start.Environment[name] = value?.Replace('\0', ' ');
        }
    }
}
