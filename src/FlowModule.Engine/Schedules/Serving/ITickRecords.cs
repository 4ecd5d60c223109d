namespace FlowModule.Engine;

/// <summary>What is known of the times of scheduled flows, whichever process has seen to them.</summary>
internal interface ITickRecords
{
    /// <summary>The last time of a flow's schedules that is known; null when there is none, or it cannot be told.</summary>
    DateTimeOffset? LastTime(string name);

    /// <summary>Notes that a time was not run.</summary>
    void Skip(ScheduledFlow flow, DateTimeOffset time, string message);
}
