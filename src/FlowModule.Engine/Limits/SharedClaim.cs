namespace FlowModule.Engine.Limits;

/// <summary>Slots that another process of the same history can take over together with the run that holds them.</summary>
/// <param name="Number">The number of the claim in the history.</param>
/// <param name="Limits">The names of its limits.</param>
internal sealed record SharedClaim(long Number, string[] Limits);
