namespace FlowModule.Engine;

/// <summary>
/// Times that other schedulers had taken when this one came to them. Such a time may be given back before it has begun, when the other scheduler
/// ends: then it is for this one to see to.
/// </summary>
/// <param name="records">What is known of times; null when nobody knows.</param>
internal sealed class ElsewhereTicks(ITickRecords? records)
{
    private readonly object _gate = new();
    private readonly HashSet<(string Name, DateTimeOffset Time)> _times = [];

    /// <summary>Whether there are any.</summary>
    internal bool Any
    {
        get
        {
            lock (_gate)
            {
                return _times.Count > 0;
            }
        }
    }

    /// <summary>Keeps in mind what became of a time if it is another scheduler's.</summary>
    internal void Note(FlowScheduleRun run)
    {
        if (run.IsElsewhere && records is not null)
        {
            lock (_gate)
            {
                _times.Add((run.Name, run.ScheduledTime));
            }
        }
    }

    /// <summary>Takes those out that have been given back, the oldest first. Those that have begun are forgotten.</summary>
    internal IReadOnlyList<(string Name, DateTimeOffset Time)> TakeGivenBack()
    {
        (string Name, DateTimeOffset Time)[] times;
        lock (_gate)
        {
            times = [.. _times];
        }

        var told = times.Select(time => (Time: time, IsGivenBack: records!.IsGivenBack(time.Name, time.Time))).Where(time => time.IsGivenBack is not null).ToArray();
        lock (_gate)
        {
            _times.ExceptWith(told.Select(time => time.Time));
        }

        return [.. told.Where(time => time.IsGivenBack == true).Select(time => time.Time).OrderBy(time => time.Time)];
    }
}
