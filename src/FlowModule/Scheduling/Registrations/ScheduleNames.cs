using FlowModule.Engine.Schedules;
using FlowModule.Scheduling.Registrars.Systemd;

namespace FlowModule.Scheduling.Registrations;

/// <summary>Names of scheduled flows: such as can be a file's, a task's and a unit's.</summary>
internal static class ScheduleNames
{
    internal const int MaxLength = 100;

    // Windows takes files of these names, with any extension, for devices: what is written there is gone.
    private static readonly string[] Devices =
        ["CON", "PRN", "AUX", "NUL", .. from device in new[] { "COM", "LPT" } from number in "0123456789¹²³" select device + number];

    /// <exception cref="FlowException">It is no such name.</exception>
    internal static string Require(string name) =>
        name.Length is > 0 and <= MaxLength
        && name.All(letter => char.IsLetterOrDigit(letter) || letter is ' ' or '-' or '_' or '.')
        && name[0] is not ('.' or '-' or ' ') && name[^1] is not ' ' && !IsDevice(name)
            ? ScheduledFlowFolder.IsNameOfFile(name) && SystemdRegistrar.IsNameOfUnit(name) ? name : throw ScheduleErrors.LongName(name)
            : throw ScheduleErrors.InvalidName(name);

    // Refused everywhere: registrations and the scripts of a folder move from one system to another.
    private static bool IsDevice(string name) => Devices.Contains(name.Split('.')[0].TrimEnd(' '), StringComparer.OrdinalIgnoreCase);
}
