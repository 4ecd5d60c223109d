namespace FlowModule.Engine;

/// <summary>What is known of the times of scheduled flows, whichever process has seen to them.</summary>
internal interface ITickRecords
{
    /// <summary>The last time of a flow's schedules that is known; null when there is none, or it cannot be told.</summary>
    DateTimeOffset? LastTime(string name);

    /// <summary>Whether a time that another process had taken is nobody's any more: it was given back. Null when that cannot be told yet.</summary>
    bool? IsGivenBack(string name, DateTimeOffset time);

    /// <summary>Notes that a time was not run.</summary>
    void Skip(ScheduledFlow flow, DateTimeOffset time, string message);
}
