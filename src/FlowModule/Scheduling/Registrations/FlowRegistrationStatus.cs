namespace FlowModule;

/// <summary>Whether the entry in the scheduler matches the registration.</summary>
public enum FlowRegistrationStatus
{
    /// <summary>It matches.</summary>
    Registered,

    /// <summary>The entry was changed by hand, or is disabled.</summary>
    Changed,

    /// <summary>The scheduler has no entry.</summary>
    Missing,

    /// <summary>The scheduler has an entry without a registration.</summary>
    Orphaned,

    /// <summary>The registration cannot be read.</summary>
    Damaged,

    /// <summary>It matches, but is paused: the flow does not run until it is resumed.</summary>
    Paused,
}
