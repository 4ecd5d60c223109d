namespace FlowModule.Engine.Limits;

/// <summary>Slots that another process of the same history can take over, together with the run that holds them.</summary>
internal sealed record SharedClaim(long Number, string[] Limits);
