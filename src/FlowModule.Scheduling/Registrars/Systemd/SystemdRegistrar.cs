using System.Text;
using FlowModule.Engine.Files;
using FlowModule.Engine.Schedules;

namespace FlowModule.Scheduling.Registrars.Systemd;

/// <summary>Timers of the user's systemd: two files for each registration, a timer and the service that it starts.</summary>
/// <param name="programs">Runs programs.</param>
/// <param name="clock">The clock and time zone of the machine.</param>
/// <param name="folder">The folder of the user's units.</param>
internal sealed class SystemdRegistrar(IPrograms programs, HostClock clock, string folder) : IScheduleRegistrar
{
    private const string Program = "systemctl";
    private const string Judge = "systemd-analyze";
    private const string Prefix = "flowmodule-";
    private const string TimerExtension = ".timer";
    private const string ServiceExtension = ".service";

    // systemd's own limit.
    private const int MaxUnitName = 255;

    public FlowScheduleHost Host => FlowScheduleHost.Systemd;

    public string Place => $"the timers of your systemd ('{folder}')";

    /// <summary>The folder in which systemd looks for a user's own units.</summary>
    internal static string DefaultFolder => Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CONFIG_HOME") is { Length: > 0 } home && Path.IsPathFullyQualified(home)
            ? home
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config"),
        "systemd", "user");

    /// <summary>Whether a registration's name is short enough for a unit name, in which many letters take several characters.</summary>
    internal static bool IsNameOfUnit(string name) => Prefix.Length + ScheduleKey.Of(name, Path.DirectorySeparatorChar.ToString()).Text.Length + ServiceExtension.Length <= MaxUnitName;

    public IReadOnlyList<string> Translate(ScheduledFlow flow, ScheduleKey key, ScheduleCommand command)
    {
        if (command.Program.Contains('$', StringComparison.Ordinal) || command.Program.Any(char.IsControl))
        {
            throw new InexpressibleException($"It cannot express the path of a program that contains a dollar sign or a control character: '{command.Program}'.");
        }

        string[] events = [.. flow.Schedules.SelectMany(schedule => CalendarEvent.Translate(schedule, clock))];
        Check(events);
        return [
            UnitFiles.Timer(flow, events),
            UnitFiles.Service(flow, command, Programs.Find("systemd-run"))];
    }

    public void Register(ScheduleKey key, IReadOnlyList<string> entries)
    {
        if (!programs.Has(Program))
        {
            throw new RegistrarException("There is no program 'systemctl' on this machine: systemd does not run here.", isMissing: true);
        }

        string[] files = FilesOf(key);
        string?[] before = [.. files.Select(file => File.Exists(file) ? File.ReadAllText(file) : null)];
        try
        {
            Write(files, [.. entries]);
            Ask("daemon-reload");
            Ask("enable", Path.GetFileName(files[0]));
            Ask("restart", Path.GetFileName(files[0]));
        }
        catch (RegistrarException)
        {
            Restore(files, before);
            throw;
        }
    }

    public void Unregister(ScheduleKey key)
    {
        string[] files = FilesOf(key);
        if (!files.Any(File.Exists))
        {
            return;
        }

        if (programs.Has(Program))
        {
            Ask("disable", "--now", Path.GetFileName(files[0]));
        }

        Write(files, [null, null]);
        RemoveLink(files[0]);
        if (programs.Has(Program))
        {
            Ask("daemon-reload");
        }
    }

    public IReadOnlyList<RegisteredEntries> List(string registrations) => !Directory.Exists(folder)
        ? []
        : [.. from file in Directory.EnumerateFiles(folder, $"{Prefix}*{TimerExtension}")
              let key = ScheduleKey.Parse(Path.GetFileNameWithoutExtension(file)[Prefix.Length..])
              where key is not null && key.IsOf(registrations)
              select Read(key)];

    public bool AreSame(IReadOnlyList<string> entries, IReadOnlyList<string> others) => entries.SequenceEqual(others);

    public string TimesOf(IReadOnlyList<string> entries) => string.Join("; ", from line in entries[0].Split('\n')
                                                                              where line.StartsWith("OnCalendar=", StringComparison.Ordinal)
                                                                              select line["OnCalendar=".Length..].Trim());

    private RegisteredEntries Read(ScheduleKey key)
    {
        string[] files = FilesOf(key);
        return new RegisteredEntries(
            key,
            [.. files.Select(file => File.Exists(file) ? File.ReadAllText(file) : string.Empty)],
            File.Exists(LinkOf(files[0])) ? null : "Its timer is not enabled.");
    }

    private string[] FilesOf(ScheduleKey key)
    {
        string path = Path.Combine(folder, Prefix + key.Text);
        return [path + TimerExtension, path + ServiceExtension];
    }

    // systemctl creates this link when it enables a timer.
    private string LinkOf(string timer) => Path.Combine(folder, "timers.target.wants", Path.GetFileName(timer));

    private void RemoveLink(string timer)
    {
        // The link's target may already be gone.
        if (Directory.Exists(Path.GetDirectoryName(LinkOf(timer))))
        {
            File.Delete(LinkOf(timer));
        }
    }

    private static void Write(string[] files, string?[] texts)
    {
        try
        {
            foreach ((string file, string? text) in files.Zip(texts))
            {
                if (text is null)
                {
                    File.Delete(file);
                }
                else
                {
                    // Units are executed, so others must not be able to write them, whatever the umask is.
                    PrivateFiles.MakeFolder(Path.GetDirectoryName(file)!);
                    AtomicFile.Write(file, stream => stream.Write(Encoding.UTF8.GetBytes(text)), isPrivate: true);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RegistrarException($"The unit files cannot be written: {exception.Message}", inner: exception);
        }
    }

    private void Restore(string[] files, string?[] before)
    {
        try
        {
            if (before[0] is null)
            {
                RemoveLink(files[0]);
            }

            Write(files, before);
            Ask("daemon-reload");
        }
        catch (Exception exception) when (exception is RegistrarException or IOException or UnauthorizedAccessException)
        {
            // It was refused for the same reason as the first time. That error is shown.
        }
    }

    /// <summary>Lets systemd itself parse the times, if it is installed: its versions support different syntax.</summary>
    /// <exception cref="InexpressibleException">It cannot parse one of them.</exception>
    private void Check(string[] events)
    {
        if (!programs.Has(Judge))
        {
            return;
        }

        ProgramResult judgement;
        try
        {
            judgement = programs.Run(Judge, ["calendar", "--", .. events]);
        }
        catch (RegistrarException)
        {
            // If the check cannot run, nothing is decided; problems with systemd are reported when the timer is registered.
            return;
        }

        if (judgement.ExitCode != 0)
        {
            throw new InexpressibleException($"The systemd of this machine refuses it: {judgement.Errors.TrimEnd('.')}.");
        }
    }

    private void Ask(params string[] arguments)
    {
        ProgramResult result = programs.Run(Program, ["--user", .. arguments]);
        if (result.ExitCode != 0)
        {
            throw new RegistrarException(
                $"'{Program} --user {string.Join(' ', arguments)}' has failed: {result.Errors.TrimEnd('.')}. Your systemd runs while you are logged in, or always after 'loginctl enable-linger'.");
        }
    }
}
