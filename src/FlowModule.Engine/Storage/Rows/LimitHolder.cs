namespace FlowModule.Engine.Storage.Rows;

/// <summary>A claim that holds a slot of a limit, or waits for one.</summary>
/// <param name="Claim">The claim's number.</param>
/// <param name="Process">The number of its process.</param>
/// <param name="State">The claim's state.</param>
internal sealed record LimitHolder(long Claim, long Process, LimitClaimState State);
