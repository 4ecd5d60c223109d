namespace FlowModule.Engine.Runs;

/// <summary>A run of an earlier process that continues in this one.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Attempt">Its last attempt; 0 if it had not started.</param>
internal sealed record EarlierRun(Guid Id, int Attempt);
