using System.Text;
using FlowModule.Engine.Schedules;

namespace FlowModule.Scheduling.Registrars.TaskScheduler;

/// <summary>Windows' Task Scheduler, through its program: a task for each registration, in the module's own folder.</summary>
/// <param name="programs">Runs programs.</param>
/// <param name="clock">The clock and time zone of the machine.</param>
/// <param name="account">The account of the tasks.</param>
internal sealed class TaskSchedulerRegistrar(IPrograms programs, HostClock clock, TaskAccount account) : IScheduleRegistrar
{
    private const string Program = "schtasks";
    private const string Folder = @"\FlowModule\";

    public FlowScheduleHost Host => FlowScheduleHost.TaskScheduler;

    public string Place => "Task Scheduler";

    public IReadOnlyList<string> Translate(ScheduledFlow flow, ScheduleKey key, ScheduleCommand command) => [TaskXml.Of(flow, command, clock, account)];

    public void Register(ScheduleKey key, IReadOnlyList<string> entries)
    {
        if (!programs.Has(Program))
        {
            throw new RegistrarException("There is no program 'schtasks' on this machine: Task Scheduler is part of Windows.", isMissing: true);
        }

        string file = Path.Combine(Path.GetTempPath(), $"flowmodule-{Guid.NewGuid():N}.xml");
        try
        {
            File.WriteAllText(file, entries[0], Encoding.Unicode);
            Require(programs.Run(Program, ["/Create", "/TN", NameOf(key), "/XML", file, "/F"]));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RegistrarException($"The task's file cannot be written: {exception.Message}", inner: exception);
        }
        finally
        {
            File.Delete(file);
        }
    }

    public void Unregister(ScheduleKey key)
    {
        if (programs.Has(Program) && Query(NameOf(key)) is not null)
        {
            Require(programs.Run(Program, ["/Delete", "/TN", NameOf(key), "/F"]));
        }
    }

    public IReadOnlyList<RegisteredEntries> List(string folder) => !programs.Has(Program)
        ? []
        : [.. from name in Names()
              let key = KeyOf(name)
              where key is not null && key.IsOf(folder)
              let xml = Query(name)
              where xml is not null
              select new RegisteredEntries(key, [xml])];

    public bool AreSame(IReadOnlyList<string> entries, IReadOnlyList<string> others) => TaskXml.Essence(entries[0]) == TaskXml.Essence(others[0]);

    public string TimesOf(IReadOnlyList<string> entries) => TaskXml.Times(entries[0]);

    // A registration's name is always a valid task name.
    private static string NameOf(ScheduleKey key) => $"{Folder}{key.Name}.{key.Folder}";

    private static ScheduleKey? KeyOf(string name) => name.LastIndexOf('.') is var dot && dot > Folder.Length
        ? new ScheduleKey(name[Folder.Length..dot], name[(dot + 1)..])
        : null;

    private IEnumerable<string> Names()
    {
        ProgramResult result = programs.Run(Program, ["/Query", "/FO", "CSV", "/NH"]);
        Require(result);
        return from line in TextOf(result.Output).Split('\n')
               let name = line.Split('"').ElementAtOrDefault(1)
               where name is not null && name.StartsWith(Folder, StringComparison.OrdinalIgnoreCase)
               group name by name into names
               select names.Key;
    }

    private string? Query(string name)
    {
        ProgramResult result = programs.Run(Program, ["/Query", "/TN", name, "/XML"]);
        return result.ExitCode == 0 ? TextOf(result.Output).Trim() : null;
    }

    // The XML declares UTF-16, but the output has the console's encoding.
    private static string TextOf(byte[] output)
    {
        Encoding encoding = Array.IndexOf(output, (byte)0) >= 0 ? Encoding.Unicode : OperatingSystem.IsWindows() ? Console.OutputEncoding : Encoding.UTF8;
        return encoding.GetString(output).TrimStart('\uFEFF');
    }

    private static void Require(ProgramResult result)
    {
        if (result.ExitCode != 0)
        {
            throw new RegistrarException($"'{Program}' refuses: {result.Errors}");
        }
    }
}
