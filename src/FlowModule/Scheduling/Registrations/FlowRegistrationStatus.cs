namespace FlowModule;

/// <summary>Whether what a flow is registered as is what the machine's scheduler has.</summary>
public enum FlowRegistrationStatus
{
    /// <summary>It is.</summary>
    Registered,

    /// <summary>The scheduler's entry has been changed by hand, or is switched off.</summary>
    Changed,

    /// <summary>The scheduler has no entry for it.</summary>
    Missing,

    /// <summary>The scheduler has an entry, and there is no registration that it is for.</summary>
    Orphaned,

    /// <summary>The registration cannot be read.</summary>
    Damaged,
}
