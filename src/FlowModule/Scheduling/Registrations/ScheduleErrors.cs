using System.Management.Automation;
using FlowModule.Engine.Schedules;
using FlowModule.Scheduling.Registrars;

namespace FlowModule.Scheduling.Registrations;

/// <summary>Errors of registrations.</summary>
internal static class ScheduleErrors
{
    internal static FlowException NotFound(string name) => new(
        $"No flow is registered as '{name}'. Get-FlowSchedule lists those that are; Register-FlowSchedule registers one.",
        "FlowScheduleNotFound", ErrorCategory.ObjectNotFound, name);

    internal static FlowException Restricted(string command, PSLanguageMode mode) => new(
        $"This session is restricted ({mode}), and {command} would run a script in an unrestricted process.", "FlowSessionRestricted", ErrorCategory.PermissionDenied, mode);

    internal static FlowException TellsNobody(string name) => new(
        $"Nobody is notified when '{name}' fails: it was registered without -OnFailure.", "FlowNotificationMissing", ErrorCategory.ObjectNotFound, name);

    internal static FlowException InvalidName(string name) => FlowException.InvalidParameter(
        $"'{name}' is not a valid name for a scheduled flow. A name has at most {ScheduleNames.MaxLength} letters, digits, spaces, '-', '_' and '.', and begins with a letter, a digit or '_'. "
        + "It must not be the name of a Windows device, such as 'con' or 'nul'.",
        "FlowScheduleNameInvalid", name);

    internal static FlowException LongName(string name) => FlowException.InvalidParameter(
        $"'{name}' is too long for the name of a scheduled flow. It is part of the names of files and systemd units, which have at most 255 characters; there, a space or '_' takes up to 3, "
        + "a letter such as 'ü' up to 6 and one such as '夜' up to 9.",
        "FlowScheduleNameInvalid", name);

    internal static FlowException NeverFires(FlowSchedule schedule) => FlowException.InvalidParameter(
        $"The schedule '{schedule}' never fires from now on.", "FlowScheduleNeverFires", schedule);

    internal static FlowException ScriptNotFound(string path) => new(
        $"There is no script '{path}'.", "FlowScriptNotFound", ErrorCategory.ObjectNotFound, path);

    internal static FlowException FolderNotFound(string path) => new(
        $"There is no folder '{path}' for the script to start in.", "FlowFolderNotFound", ErrorCategory.ObjectNotFound, path);

    internal static FlowException NoSchedule(string path) => FlowException.InvalidParameter(
        $"'{path}' has no schedule: it has no line '#FlowSchedule', and -Schedule is missing. New-FlowSchedule creates schedules.",
        "FlowScheduleMissing", path);

    internal static FlowException ScriptInvalid(string path, string why) => new(
        $"'{path}' cannot be scheduled: {why}", "FlowScriptInvalid", ErrorCategory.ParserError, path);

    internal static FlowException SecretParameter(string name) => FlowException.InvalidParameter(
        $"The value of the parameter '{name}' contains a password, which is never written to a file as plain text. Let the script read it when it runs: from a vault, from an environment "
        + "variable of the service, or with Import-Clixml from a file that only you can read.",
        "FlowParameterSecret", name);

    internal static FlowException ParameterNotKept(string path, string why, Exception? inner = null) => FlowException.InvalidParameter(
        $"The parameters for '{path}' cannot be kept: {why}", "FlowParameterNotKept", path, inner);

    internal static FlowException Inexpressible(ScheduledFlow flow, IScheduleRegistrar registrar, string why, IEnumerable<FlowScheduleHost> alternatives) => new(
        $"'{flow.Name}' cannot be registered with -Using {registrar.Host}, {Hint(flow)}. {why} Use {string.Join(" or ", alternatives.Select(host => $"-Using {host}"))}.",
        "FlowScheduleInexpressible", ErrorCategory.NotImplemented, flow.Name);

    internal static FlowException Refused(string name, IScheduleRegistrar registrar, RegistrarException exception) => exception.IsMissing
        ? new FlowException(
            $"'{name}' cannot be registered with -Using {registrar.Host}. {exception.Message} With -Using Scheduler it is started by Start-FlowScheduler or 'flow serve', wherever one runs.",
            "FlowScheduleHostMissing", ErrorCategory.ResourceUnavailable, name, exception)
        : new FlowException(
            $"'{name}' has not been changed in {registrar.Place}. {exception.Message}", "FlowScheduleHostRefused", ErrorCategory.ResourceUnavailable, name, exception);

    internal static FlowException NotKept(string name, string folder, Exception exception) => new(
        $"The registration of '{name}' cannot be written, or read before it is changed: it is in the folder '{folder}'. {exception.Message}",
        "FlowScheduleNotKept", ErrorCategory.WriteError, name, exception);

    internal static FlowException ProgramNotFound(string program) => new(
        $"The full path of the running program '{program}' is unknown, and the machine's scheduler needs it.",
        "FlowProcessHostNotFound", ErrorCategory.ResourceUnavailable, program);

    private static string Hint(ScheduledFlow flow) => $"because it cannot express exactly the same as {string.Join(", ", flow.Schedules.Select(schedule => $"'{schedule}'"))}";
}
