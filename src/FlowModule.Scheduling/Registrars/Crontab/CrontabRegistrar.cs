using System.Text;
using FlowModule.Engine.Files;
using FlowModule.Engine.Schedules;

namespace FlowModule.Scheduling.Registrars.Crontab;

/// <summary>The user's crontab, through the program of that name, which is the only one that may write it.</summary>
/// <param name="programs">Runs programs.</param>
/// <param name="clock">The clock and time zone of the machine.</param>
/// <param name="folder">The user's folder for the lock file, which is the same for all histories.</param>
internal sealed class CrontabRegistrar(IPrograms programs, HostClock clock, string folder) : IScheduleRegistrar
{
    private const string Program = "crontab";

    // The limit of Vixie's cron and its derivatives, in bytes. They truncate longer commands without an error.
    private const int LongestCommand = 998;

    private const int Tries = 3;

    public FlowScheduleHost Host => FlowScheduleHost.Crontab;

    public string Place => "your crontab";

    /// <summary>A folder that is the same for all processes of a user.</summary>
    internal static string DefaultFolder => Path.IsPathRooted(PrivateFiles.UserFolder) ? PrivateFiles.UserFolder : Path.Combine(Path.GetTempPath(), "FlowModule");

    public IReadOnlyList<string> Translate(ScheduledFlow flow, ScheduleKey key, ScheduleCommand command)
    {
        IEnumerable<string> words = [
            .. command.Environment.Select(variable => $"{variable.Key}={ShellText.Quote(variable.Value)}"),
            ShellText.Quote(command.Program),
            .. command.Arguments.Select(ShellText.Quote)];
        string text = CrontabFile.Line(string.Join(' ', words), key);
        if (Encoding.UTF8.GetByteCount(text) > LongestCommand)
        {
            throw new InexpressibleException($"Its commands have at most {LongestCommand} bytes, and this one has {Encoding.UTF8.GetByteCount(text)}.");
        }

        IEnumerable<string> times = flow.Schedules.SelectMany(schedule => CrontabTimes.Translate(schedule, clock.Zone, clock.Now));
        if (flow.Missed != MissedRuns.Skip)
        {
            // Cron does not catch up. The @reboot entry checks for missed runs.
            times = times.Append("@reboot");
        }

        return [.. times.Distinct(StringComparer.Ordinal).Select(fields => $"{fields} {text}")];
    }

    public void Register(ScheduleKey key, IReadOnlyList<string> entries) => Change(key, entries);

    public void Unregister(ScheduleKey key)
    {
        if (programs.Has(Program))
        {
            Change(key, []);
        }
    }

    public IReadOnlyList<RegisteredEntries> List(string registrations) => !programs.Has(Program)
        ? []
        : [.. from line in Read().Ours()
              where line.Key.IsOf(registrations)
              group line.Line by line.Key into lines
              select new RegisteredEntries(lines.Key, [.. lines])];

    public bool AreSame(IReadOnlyList<string> entries, IReadOnlyList<string> others) => entries.Order(StringComparer.Ordinal).SequenceEqual(others.Order(StringComparer.Ordinal));

    public string TimesOf(IReadOnlyList<string> entries) => string.Join("; ", entries.Select(entry =>
        string.Join(' ', entry.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(entry.StartsWith('@') ? 1 : entry.StartsWith('#') ? 6 : 5))));

    private void Change(ScheduleKey key, IReadOnlyList<string> entries)
    {
        // Each history has its own lock, but there is one crontab: without this lock, a process could overwrite lines that another has just written.
        using RegistrationLock held = Hold();
        for (int tries = 1; ; tries++)
        {
            CrontabFile before = Read();
            CrontabFile after = before.With(key, entries);
            if (after.Bytes.AsSpan().SequenceEqual(before.Bytes))
            {
                return;
            }

            byte[] written = Write(after.Bytes);
            if (Read().Bytes.AsSpan().SequenceEqual(written))
            {
                return;
            }

            if (tries == Tries)
            {
                throw new RegistrarException("The crontab does not contain what was written to it: another program is changing it at the same time.");
            }
        }
    }

    private RegistrationLock Hold()
    {
        try
        {
            return RegistrationLock.Take(folder, $"crontab-{Environment.UserName}.lock");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RegistrarException($"Other processes cannot be locked out: '{folder}' cannot be written. {exception.Message}", inner: exception);
        }
    }

    private CrontabFile Read()
    {
        if (!programs.Has(Program))
        {
            throw new RegistrarException("There is no program 'crontab' on this machine: no cron is installed.", isMissing: true);
        }

        ProgramResult result = programs.Run(Program, ["-l"]);
        // The message "cannot open" is also used for a crontab that may not be read.
        bool isNone = result.ExitCode != 0 && result.Output.Length == 0
            && (result.Errors.Contains("no crontab", StringComparison.OrdinalIgnoreCase) || result.Errors.Contains("No such file", StringComparison.OrdinalIgnoreCase));
        return result.ExitCode == 0 || isNone
            ? new CrontabFile(ExactCrontab.IsDoubtful(result.Output) ? ExactCrontab.Read(programs, Program) : result.Output)
            : throw new RegistrarException($"The crontab cannot be read. '{Program} -l' says: {result.Errors}");
    }

    /// <summary>Writes a crontab, and returns what was written.</summary>
    private byte[] Write(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            Require(programs.Run(Program, ["-r"]));
            return bytes;
        }

        ProgramResult result = programs.Run(Program, ["-"], bytes);
        if (result.ExitCode != 0 && bytes[^1] != (byte)'\n')
        {
            // Some crons refuse a last line without a newline.
            bytes = [.. bytes, (byte)'\n'];
            result = programs.Run(Program, ["-"], bytes);
        }

        Require(result);
        return bytes;
    }

    private static void Require(ProgramResult result)
    {
        if (result.ExitCode != 0)
        {
            throw new RegistrarException($"'{Program}' refuses the new content, and the crontab is as it was. It says: {result.Errors}");
        }
    }
}
