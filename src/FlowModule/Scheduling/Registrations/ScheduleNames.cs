using FlowModule.Engine.Schedules;
using FlowModule.Scheduling.Registrars.Systemd;

namespace FlowModule.Scheduling.Registrations;

/// <summary>Validates the names of scheduled flows: they must be valid in the names of files, tasks and units.</summary>
internal static class ScheduleNames
{
    internal const int MaxLength = 100;

    // Windows treats files with these names, with any extension, as devices: data written to them is lost.
    private static readonly string[] Devices =
        ["CON", "PRN", "AUX", "NUL", .. from device in new[] { "COM", "LPT" } from number in "0123456789¹²³" select device + number];

    /// <exception cref="FlowException">The name is invalid.</exception>
    internal static string Require(string name) =>
        name.Length is > 0 and <= MaxLength
        && name.All(letter => char.IsLetterOrDigit(letter) || letter is ' ' or '-' or '_' or '.')
        && name[0] is not ('.' or '-' or ' ') && name[^1] is not ' ' && !IsDevice(name)
            ? ScheduledFlowFolder.IsNameOfFile(name) && SystemdRegistrar.IsNameOfUnit(name) ? name : throw ScheduleErrors.LongName(name)
            : throw ScheduleErrors.InvalidName(name);

    // Refused on all systems, because registrations and folders of scripts are moved between systems.
    private static bool IsDevice(string name) => Devices.Contains(name.Split('.')[0].TrimEnd(' '), StringComparer.OrdinalIgnoreCase);
}
