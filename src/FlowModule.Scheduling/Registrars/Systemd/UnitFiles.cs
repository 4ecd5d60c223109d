using System.Text;
using FlowModule.Engine.Schedules;

namespace FlowModule.Scheduling.Registrars.Systemd;

/// <summary>The texts of a timer and of its service.</summary>
internal static class UnitFiles
{
    // While a service runs, its timer does not start it again, and reports nothing. The supervisor must decide about overlapping ticks and record
    // them. So it is started for each tick, beside those that still run, and the timer's own service ends at once.
    private const string Runner = "systemd-run";

    internal static string Timer(ScheduledFlow flow, IEnumerable<string> events)
    {
        StringBuilder text = Head(flow)
            .Append("[Timer]\n");
        foreach (string time in events.Distinct(StringComparer.Ordinal))
        {
            text.Append("OnCalendar=").Append(time).Append('\n');
        }

        // Without it, a timer may be a minute late.
        text.Append("AccuracySec=1s\n");
        if (flow.Missed != MissedRuns.Skip)
        {
            text.Append("Persistent=true\n");
        }

        return text.Append("\n[Install]\nWantedBy=timers.target\n").ToString();
    }

    /// <param name="flow">The flow.</param>
    /// <param name="command">The command to start.</param>
    /// <param name="runner">The path of systemd-run.</param>
    /// <exception cref="InexpressibleException">The command cannot be expressed.</exception>
    internal static string Service(ScheduledFlow flow, ScheduleCommand command, string? runner)
    {
        if (runner is null)
        {
            throw new InexpressibleException($"A service has one run at a time, and '{Runner}', which starts further runs, is not installed on this machine.");
        }

        return Head(flow)
            .Append("[Service]\nType=oneshot\nExecStart=").Append(CommandLine(command, runner)).Append('\n')
            .ToString();
    }

    private static string CommandLine(ScheduleCommand command, string runner)
    {
        // 3: stopped by a person. 4: skipped because of -MultipleInstances. systemd parses the words twice: here, and for the service of the single tick.
        IEnumerable<string> words = [
            "--user", "--collect", "--no-block", "--quiet", "--property=KillMode=mixed", "--property=SuccessExitStatus=3 4",
            .. command.Environment.Select(variable => $"--setenv={variable.Key}={variable.Value}"),
            "--", command.Program, .. command.Arguments.Select(argument => argument.Replace("$", "$$", StringComparison.Ordinal))];
        return string.Join(' ', words.Select(UnitText.Argument).Prepend(UnitText.Program(runner)));
    }

    private static StringBuilder Head(ScheduledFlow flow) => new StringBuilder()
        .Append("# Register-FlowSchedule writes this file anew, and Unregister-FlowSchedule removes it.\n[Unit]\nDescription=")
        .Append(UnitText.Rest($"Scheduled flow '{flow.Name}'"))
        .Append("\n\n");
}
