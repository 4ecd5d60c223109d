using FlowModule.Engine.Schedules;

namespace FlowModule.Scheduling.Registrars;

/// <summary>A place where the machine keeps what is to run at which time.</summary>
internal interface IScheduleRegistrar
{
    FlowScheduleHost Host { get; }

    /// <summary>The place in words, as in "registered in ...".</summary>
    string Place { get; }

    /// <summary>What the place would be told of a flow, word for word.</summary>
    /// <exception cref="InexpressibleException">It cannot be told exactly when the flow is to run, or not what to start.</exception>
    IReadOnlyList<string> Translate(ScheduledFlow flow, ScheduleKey key, ScheduleCommand command);

    /// <summary>Tells it, in place of what it was told under the same key before.</summary>
    /// <exception cref="RegistrarException">It cannot be told. What was there before is there still.</exception>
    void Register(ScheduleKey key, IReadOnlyList<string> entries);

    /// <summary>Takes out what is there under a key, if there is something.</summary>
    /// <exception cref="RegistrarException">It cannot be taken out.</exception>
    void Unregister(ScheduleKey key);

    /// <summary>What is really there, of one folder of registrations; empty where the machine has no such place.</summary>
    /// <exception cref="RegistrarException">It cannot be read.</exception>
    IReadOnlyList<RegisteredEntries> List(string folder);

    /// <summary>Whether entries that are there mean the same as others.</summary>
    bool AreSame(IReadOnlyList<string> entries, IReadOnlyList<string> others);

    /// <summary>The part of entries that says when, for people.</summary>
    string TimesOf(IReadOnlyList<string> entries);
}

/// <summary>What a place has under a key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Entries">What it was told, word for word.</param>
/// <param name="Trouble">Why it does not start the flow all the same, or null.</param>
internal sealed record RegisteredEntries(ScheduleKey Key, IReadOnlyList<string> Entries, string? Trouble = null);
