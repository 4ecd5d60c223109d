using FlowModule.Engine.Schedules;

namespace FlowModule.Scheduling.Registrars;

/// <summary>A scheduler of the machine, in which entries can be registered.</summary>
internal interface IScheduleRegistrar
{
    FlowScheduleHost Host { get; }

    /// <summary>The scheduler in words, as in "registered in ...".</summary>
    string Place { get; }

    /// <summary>The entries that express a flow, word for word.</summary>
    /// <exception cref="InexpressibleException">The times or the command cannot be expressed exactly.</exception>
    IReadOnlyList<string> Translate(ScheduledFlow flow, ScheduleKey key, ScheduleCommand command);

    /// <summary>Registers entries, in place of earlier ones with the same key.</summary>
    /// <exception cref="RegistrarException">It failed. The earlier entries are unchanged.</exception>
    void Register(ScheduleKey key, IReadOnlyList<string> entries);

    /// <summary>Removes the entries of a key, if there are any.</summary>
    /// <exception cref="RegistrarException">It failed.</exception>
    void Unregister(ScheduleKey key);

    /// <summary>The current entries of one folder of registrations; empty if the machine does not have this scheduler.</summary>
    /// <exception cref="RegistrarException">They cannot be read.</exception>
    IReadOnlyList<RegisteredEntries> List(string folder);

    /// <summary>Whether two lists of entries have the same meaning.</summary>
    bool AreSame(IReadOnlyList<string> entries, IReadOnlyList<string> others);

    /// <summary>The part of the entries with the times, for people.</summary>
    string TimesOf(IReadOnlyList<string> entries);
}

/// <summary>The entries of a key in a scheduler.</summary>
/// <param name="Key">The key.</param>
/// <param name="Entries">The entries, word for word.</param>
/// <param name="Trouble">Why they do not start the flow although they exist, or null.</param>
internal sealed record RegisteredEntries(ScheduleKey Key, IReadOnlyList<string> Entries, string? Trouble = null);
