namespace FlowModule.Dashboard.Reading;

/// <summary>Converts history records to rows.</summary>
internal static class RunRows
{
    internal static RunRow Of(FlowRunRecord run) => new()
    {
        Id = run.Id,
        Name = run.Name,
        FlowName = run.FlowName,
        Kind = run.Kind,
        State = run.State.Type,
        StateName = run.State.Name,
        Message = run.State.Message,
        Changed = run.State.Timestamp,
        Created = run.CreatedTime,
        Started = run.StartTime,
        Ended = run.EndTime,
        IsOver = run.IsOver,
        Duration = run.Duration,
        Attempt = run.Attempt,
        Errors = run.ErrorCount,
        Tags = run.Tag,
        Parent = run.ParentId,
        Root = run.RootId,
        RestartOf = run.RestartOf,
        Schedule = run.Schedule,
        ScheduledTime = run.ScheduledTime,
        ScriptPath = run.ScriptPath,
        ScriptLine = run.ScriptLine,
        ScriptHash = run.ScriptHash,
        Host = run.HostName,
        Computer = run.ComputerName,
        Process = run.ProcessId,
        ModuleVersion = run.ModuleVersion,
        Depth = run.Depth,
    };
}
