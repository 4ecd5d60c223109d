using FlowModule.Engine.Schedules;
using FlowModule.Scheduling.Registrars;
using FlowModule.Scheduling.Registrars.Crontab;
using FlowModule.Scheduling.Registrars.Systemd;
using FlowModule.Scheduling.Registrars.TaskScheduler;

namespace FlowModule.Scheduling.Registrations;

/// <summary>
/// The flows that are registered with one history: in a folder beside it is what to run and how, and in the machine's scheduler, when. Both are changed together or not at all.
/// </summary>
/// <param name="historyPath">The file of the history; it need not be there.</param>
/// <param name="registrars">The places that machines have.</param>
/// <param name="clock">What time it is.</param>
internal sealed class FlowRegistrations(string historyPath, IReadOnlyList<IScheduleRegistrar> registrars, HostClock clock)
{
    private readonly ScheduledFlowFolder _folder = new(FolderOf(historyPath), CronExpressions.Parser);

    /// <summary>The registrations of a history, on this machine.</summary>
    internal static FlowRegistrations Of(string historyPath)
    {
        HostClock clock = HostClock.OfThisMachine();
        return new FlowRegistrations(
            Path.GetFullPath(historyPath),
            [
                new CrontabRegistrar(Programs.Instance, clock, CrontabRegistrar.DefaultFolder),
                new SystemdRegistrar(Programs.Instance, clock, SystemdRegistrar.DefaultFolder),
                new TaskSchedulerRegistrar(Programs.Instance, clock, TaskAccount.OfThisProcess()),
                new SchedulerRegistrar(),
            ],
            clock);
    }

    /// <summary>Where the registrations of a history are.</summary>
    internal static string FolderOf(string historyPath) => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(historyPath))!, "schedules");

    /// <summary>What the machine has for scheduled work where nobody says otherwise.</summary>
    internal static FlowScheduleHost DefaultHost => OperatingSystem.IsWindows() ? FlowScheduleHost.TaskScheduler : FlowScheduleHost.Crontab;

    /// <summary>The place in words, as in "registered in ...".</summary>
    internal string PlaceOf(FlowScheduleHost host) => At(host).Place;

    /// <summary>A flow with what its scheduler is to be told, which says exactly when it is to run.</summary>
    /// <exception cref="FlowException">It cannot be told exactly.</exception>
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

    /// <summary>Registers a flow that was translated, in place of what has the same name.</summary>
    /// <exception cref="FlowException">It cannot be. What was registered before still is.</exception>
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

    /// <summary>Takes a registration away, here and in the machine's scheduler.</summary>
    /// <exception cref="FlowException">It cannot be.</exception>
    internal void Unregister(FlowRegistration registration)
    {
        IScheduleRegistrar registrar = At(registration.Using);
        try
        {
            using RegistrationLock held = RegistrationLock.Take(_folder.Path);

            // What would start it goes first: what is started and finds no registration is a failure each night.
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

    /// <summary>All that is registered, and all that the machine's schedulers have of it.</summary>
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

        // What is left is for no registration: neither is what an earlier one has left behind in another place.
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
                // Into the same file, which is its owner's alone.
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
        registrar.Host == FlowScheduleHost.Scheduler ? [] : registrar.Translate(flow, KeyOf(flow.Name), ScheduleCommand.Of(flow.Name, historyPath));

    /// <summary>The schedulers of machines like this one that can say what a flow's cannot.</summary>
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
