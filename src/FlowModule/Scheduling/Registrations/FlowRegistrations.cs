using FlowModule.Engine.Schedules;
using FlowModule.History;
using FlowModule.Scheduling.Registrars;
using FlowModule.Scheduling.Registrars.Crontab;
using FlowModule.Scheduling.Registrars.Systemd;
using FlowModule.Scheduling.Registrars.TaskScheduler;

namespace FlowModule.Scheduling.Registrations;

/// <summary>
/// The registrations of one history: a folder beside it (for one on a server: of this machine) contains what runs and how, and the machine's scheduler contains when. Both are changed together or not at all.
/// </summary>
/// <param name="historyPath">The address of the history; it need not exist.</param>
/// <param name="registrars">The machine's schedulers.</param>
/// <param name="clock">The clock and time zone of the machine.</param>
internal sealed class FlowRegistrations(string historyPath, IReadOnlyList<IScheduleRegistrar> registrars, HostClock clock)
{
    private readonly ScheduledFlowFolder _folder = new(FolderOf(historyPath), CronExpressions.Parser);

    /// <summary>The registrations of a history, on this machine.</summary>
    internal static FlowRegistrations Of(string historyPath)
    {
        HostClock clock = HostClock.OfThisMachine();
        return new FlowRegistrations(
            HistoryFolders.FullName(historyPath),
            [
                new CrontabRegistrar(Programs.Instance, clock, CrontabRegistrar.DefaultFolder),
                new SystemdRegistrar(Programs.Instance, clock, SystemdRegistrar.DefaultFolder),
                new TaskSchedulerRegistrar(Programs.Instance, clock, TaskAccount.OfThisProcess()),
                new SchedulerRegistrar(),
            ],
            clock);
    }

    /// <summary>The folder of the registrations of a history.</summary>
    internal static string FolderOf(string historyPath) => Path.Combine(HistoryFolders.FolderOf(historyPath), "schedules");

    /// <summary>The default scheduler of the machine.</summary>
    internal static FlowScheduleHost DefaultHost => OperatingSystem.IsWindows() ? FlowScheduleHost.TaskScheduler : FlowScheduleHost.Crontab;

    /// <summary>The scheduler in words, as in "registered in ...".</summary>
    internal string PlaceOf(FlowScheduleHost host) => At(host).Place;

    /// <summary>The flow with the entries for its scheduler, which express its schedules exactly.</summary>
    /// <exception cref="FlowException">They cannot be expressed exactly.</exception>
    internal ScheduledFlow Translate(ScheduledFlow flow)
    {
        if (flow.Schedules.FirstOrDefault(schedule => schedule.Next(clock.Now) is null) is { } never)
        {
            throw ScheduleErrors.NeverFires(never);
        }

        try
        {
            return flow with { Entries = Translate(flow, At(flow.Using)) };
        }
        catch (InexpressibleException exception)
        {
            throw ScheduleErrors.Inexpressible(flow, At(flow.Using), exception.Message, Alternatives(flow));
        }
    }

    /// <summary>Registers a translated flow, in place of an earlier registration with the same name.</summary>
    /// <exception cref="FlowException">It failed. The earlier registration is unchanged.</exception>
    internal void Register(ScheduledFlow flow)
    {
        IScheduleRegistrar registrar = At(flow.Using);
        try
        {
            using RegistrationLock held = RegistrationLock.Take(_folder.Path);
            Register(flow, registrar);
        }
        catch (RegistrarException exception)
        {
            throw ScheduleErrors.Refused(flow.Name, registrar, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw ScheduleErrors.NotKept(flow.Name, _folder.Path, exception);
        }
    }

    /// <summary>
    /// Has a registered flow run at none of its times, or again. Its entry in the machine's scheduler stays: what that starts finds the flow paused.
    /// What would have run during a pause is not made up for.
    /// </summary>
    /// <exception cref="FlowException">There is no such registration, or it cannot be changed.</exception>
    internal void Pause(string name, bool isPaused)
    {
        try
        {
            using RegistrationLock held = RegistrationLock.Take(_folder.Path);
            ScheduledFlow flow = _folder.Find(name) ?? throw ScheduleErrors.NotFound(name);
            if (flow.Paused is null == isPaused)
            {
                _folder.Save(isPaused ? flow with { Paused = clock.Now } : flow with { Paused = null, Since = clock.Now });
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
        {
            throw ScheduleErrors.NotKept(name, _folder.Path, exception);
        }
    }

    /// <summary>Removes a registration, here and in the machine's scheduler.</summary>
    /// <exception cref="FlowException">It failed.</exception>
    internal void Unregister(FlowRegistration registration)
    {
        IScheduleRegistrar registrar = At(registration.Using);
        try
        {
            using RegistrationLock held = RegistrationLock.Take(_folder.Path);

            // The entry is removed first: an entry without a registration would fail every night.
            registrar.Unregister(KeyOf(registration.Name));
            _folder.Remove(registration.Name);
        }
        catch (RegistrarException exception)
        {
            throw ScheduleErrors.Refused(registration.Name, registrar, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw ScheduleErrors.NotKept(registration.Name, _folder.Path, exception);
        }
    }

    /// <summary>All registrations, and all their entries in the machine's schedulers.</summary>
    internal IReadOnlyList<FlowRegistration> All()
    {
        var there = registrars.ToDictionary(registrar => registrar.Host, List);
        var reader = new RegistrationReader(historyPath, registrars, clock);
        List<FlowRegistration> all = [];
        foreach (string name in _folder.Names())
        {
            ScheduleKey key = KeyOf(name);
            ScheduledFlow? flow = Find(name, out string? damage);
            FlowScheduleHost host = flow?.Using ?? there.Where(place => Of(place.Value.Entries, key) is not null).Select(place => place.Key).FirstOrDefault();
            RegisteredEntries? found = Of(there[host].Entries, key);
            all.Add(flow is null ? reader.Damaged(name, host, found, damage) : reader.Read(flow, found, there[host].Trouble));
            there[host].Entries.Remove(found!);
        }

        // Remaining entries belong to no registration (orphans), including those that an earlier registration left in another scheduler.
        all.AddRange(from place in there from entries in place.Value.Entries select reader.Orphaned(place.Key, entries));
        return [.. all.OrderBy(registration => registration.Name, StringComparer.OrdinalIgnoreCase)];
    }

    private static RegisteredEntries? Of(IEnumerable<RegisteredEntries> entries, ScheduleKey key) => entries.FirstOrDefault(entry => entry.Key == key);

    private (List<RegisteredEntries> Entries, string? Trouble) List(IScheduleRegistrar registrar)
    {
        try
        {
            return ([.. registrar.List(_folder.Path)], null);
        }
        catch (RegistrarException exception)
        {
            return ([], exception.Message);
        }
    }

    private void Register(ScheduledFlow flow, IScheduleRegistrar registrar)
    {
        ScheduleKey key = KeyOf(flow.Name);
        string file = _folder.FileOf(flow.Name);
        byte[]? before = File.Exists(file) ? File.ReadAllBytes(file) : null;
        IReadOnlyList<string> told = List(registrar).Entries.Find(entry => entry.Key == key)?.Entries ?? [];
        ScheduledFlow? former = Find(flow.Name, out _);
        _folder.Save(flow);
        bool isTold = false;
        try
        {
            registrar.Register(key, flow.Entries);
            isTold = true;
            foreach (IScheduleRegistrar other in registrars.Where(other => other != registrar && (other.Host == former?.Using || Of(List(other).Entries, key) is not null)))
            {
                other.Unregister(key);
            }
        }
        catch (Exception exception) when (exception is RegistrarException or IOException or UnauthorizedAccessException)
        {
            if (before is null)
            {
                _folder.Remove(flow.Name);
            }
            else
            {
                // Written into the existing file, which only its owner can read.
                File.WriteAllBytes(file, before);
            }

            if (isTold)
            {
                Tell(registrar, key, told);
            }

            throw;
        }
    }

    private static void Tell(IScheduleRegistrar registrar, ScheduleKey key, IReadOnlyList<string> entries)
    {
        if (entries.Count == 0)
        {
            registrar.Unregister(key);
        }
        else
        {
            registrar.Register(key, entries);
        }
    }

    private ScheduledFlow? Find(string name, out string? damage)
    {
        try
        {
            damage = null;
            return _folder.Find(name);
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            damage = exception.Message;
            return null;
        }
    }

    private IReadOnlyList<string> Translate(ScheduledFlow flow, IScheduleRegistrar registrar) =>
        registrar.Host == FlowScheduleHost.Scheduler ? [] : registrar.Translate(flow, KeyOf(flow.Name), RegisteredCommand.Of(flow.Name, historyPath));

    /// <summary>The schedulers of this kind of machine that can express what the flow's own cannot.</summary>
    private IEnumerable<FlowScheduleHost> Alternatives(ScheduledFlow flow) => registrars
        .Where(registrar => registrar.Host != flow.Using && IsOfThisSystem(registrar.Host))
        .Where(registrar =>
        {
            try
            {
                Translate(flow, registrar);
                return true;
            }
            catch (InexpressibleException)
            {
                return false;
            }
        })
        .Select(registrar => registrar.Host);

    private static bool IsOfThisSystem(FlowScheduleHost host) =>
        host == FlowScheduleHost.Scheduler || (host == FlowScheduleHost.TaskScheduler) == OperatingSystem.IsWindows();

    private IScheduleRegistrar At(FlowScheduleHost host) => registrars.First(registrar => registrar.Host == host);

    private ScheduleKey KeyOf(string name) => ScheduleKey.Of(name, _folder.Path);
}
